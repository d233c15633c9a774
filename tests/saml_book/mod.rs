//! The fixtures of `tests/saml` and what their manifest says of them.
//!
//! Each test binary uses a part of it.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::fs;
use std::path::PathBuf;

use grantor::Timestamp;
use grantor::value::Certificate;
use grantor::value::Deviation;
use grantor::value::Deviations;
use serde_json::Value;

/// 2026-11-25T12:00:30Z, as the manifest has it.
pub const NOW: Timestamp = Timestamp::from_unix(1_795_608_030);

#[path = "../saml/folder.rs"]
mod folder;

/// The text of a file below `tests/saml`, or of a fixture where the fixtures are read.
pub fn file(path: &str) -> String {
    String::from_utf8(bytes(path)).unwrap()
}

fn bytes(path: &str) -> Vec<u8> {
    let path = match path.strip_prefix("fixtures/") {
        Some(fixture) => folder::fixtures().join(fixture),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/saml")).join(path),
    };
    fs::read(path).unwrap()
}

pub fn certificates(names: &[&str]) -> Vec<Certificate> {
    names.iter().map(|name| Certificate::read(&bytes(&format!("keys/{name}.cert.pem"))).unwrap()).collect()
}

/// Every deviation.
pub fn everything() -> Deviations {
    Deviation::ALL.into_iter().fold(Deviations::NONE, Deviations::with)
}

/// A message of the manifest.
pub struct Fixture {
    pub name: String,
    /// The file, with what the manifest changes in it.
    pub bytes: Vec<u8>,
    pub certificates: Vec<Certificate>,
    entry: Value,
    defaults: Value,
}

impl Fixture {
    pub fn field(&self, name: &str) -> &Value {
        self.entry.get(name).unwrap_or(&self.defaults[name])
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.field(name) == value
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap()
    }

    /// Whether its file is named so.
    pub fn is_file(&self, extension: &str) -> bool {
        self.field("file").as_str().unwrap().ends_with(extension)
    }

    /// What the policy would have to allow.
    pub fn deviations(&self) -> Vec<Deviation> {
        self.switches().into_iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// What the policy and the host would have to allow.
    pub fn switches(&self) -> Vec<&str> {
        let names = self.field("accepted_with").as_array().unwrap();
        names.iter().map(|name| name.as_str().unwrap()).collect()
    }
}

/// Every message of the manifest.
pub fn fixtures() -> Vec<Fixture> {
    let manifest: Value = serde_json::from_str(&file("fixtures/manifest.json")).unwrap();
    let entries = manifest["fixtures"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let mut bytes = bytes(&format!("fixtures/{}", entry["file"].as_str().unwrap()));
            for change in entry.get("changes").and_then(Value::as_array).into_iter().flatten() {
                let text = String::from_utf8(bytes).unwrap();
                let (found, by) = (change[0].as_str().unwrap(), change[1].as_str().unwrap());
                assert!(text.contains(found), "{entry}");
                bytes = text.replacen(found, by, 1).into_bytes();
            }
            let defaults = manifest["defaults"].clone();
            let trusted = entry.get("trusted").unwrap_or(&defaults["trusted"]).as_array().unwrap();
            let names: Vec<&str> = trusted.iter().map(|name| name.as_str().unwrap()).collect();
            let name = entry["name"].as_str().unwrap().to_owned();
            Fixture { name, bytes, certificates: certificates(&names), entry: entry.clone(), defaults }
        })
        .collect()
}

/// Those that are XML in UTF-8, as far as a file says that.
pub fn documents() -> Vec<Fixture> {
    let is_document = |fixture: &Fixture| fixture.is_file(".xml") && str::from_utf8(&fixture.bytes).is_ok();
    fixtures().into_iter().filter(is_document).collect()
}
