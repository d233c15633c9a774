//! What the tool is asked to do.

use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use grantor::Timestamp;
use grantor::value::ClockSkew;
use grantor::value::Deviations;
use grantor::value::EndpointUri;
use grantor::value::EntityId;
use grantor::value::Issuer;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::encoding::Encoding;
use super::options::Options;

/// What is wrong with the arguments, or with a file that they name.
#[derive(Debug)]
pub struct Wrong(pub String);

pub struct Arguments {
    pub source: Source,
    pub expects: Expects,
    pub policy: Policy,
    pub at: Option<Timestamp>,
    pub encoding: Encoding,
    /// One or more, one of which may be `-`.
    pub files: Vec<String>,
}

/// Where the identity provider is described.
pub enum Source {
    Metadata { file: String, which: Option<EntityId> },
    Certificates { files: Vec<String>, issuer: EntityId },
}

/// What the files are expected to be.
pub enum Expects {
    Login { acs: EndpointUri, audience: EntityId, request: Option<String>, key: Option<String> },
    Grant { token_endpoint: EndpointUri, audience: Issuer },
}

/// How strictly they are judged.
#[derive(Clone, Copy)]
pub struct Policy {
    pub deviations: Deviations,
    pub allow_cbc: bool,
    pub clock_skew: ClockSkew,
}

impl Arguments {
    pub fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, Wrong> {
        let mut options = Options::read(arguments)?;
        let (source, expects) = (source(&mut options)?, expects(&mut options)?);
        Ok(Self {
            source,
            policy: policy(&mut options)?,
            at: options.one("--at").map(|text| instant(&text)).transpose()?,
            encoding: encoding(&mut options, &expects)?,
            expects,
            files: options.finish()?,
        })
    }
}

fn source(options: &mut Options) -> Result<Source, Wrong> {
    if let Some(file) = options.one("--metadata") {
        let which = options.one("--issuer").map(|text| value("--issuer", &text)).transpose()?;
        return Ok(Source::Metadata { file, which });
    }
    let files = options.all("--certificate");
    if files.is_empty() {
        return Err(Wrong("`--metadata` or `--certificate` is missing".to_owned()));
    }
    Ok(Source::Certificates { files, issuer: value("--issuer", &options.needed("--issuer")?)? })
}

fn expects(options: &mut Options) -> Result<Expects, Wrong> {
    let audience = options.needed("--audience")?;
    if let Some(token_endpoint) = options.one("--grant") {
        let (token_endpoint, audience) =
            (value("--grant", &token_endpoint)?, value("--audience", &audience)?);
        return Ok(Expects::Grant { token_endpoint, audience });
    }
    let acs = value("--acs", &options.needed("--acs")?)?;
    let request = match (options.is_given("--request-id"), options.is_given("--idp-initiated")) {
        (true, false) => options.one("--request-id"),
        (false, true) => options.one("--idp-initiated").and(None),
        (true, true) | (false, false) => {
            return Err(Wrong("either `--request-id` or `--idp-initiated` is needed".to_owned()));
        }
    };
    let key = options.one("--decryption-key");
    Ok(Expects::Login { acs, audience: value("--audience", &audience)?, request, key })
}

fn policy(options: &mut Options) -> Result<Policy, Wrong> {
    let clock_skew = match options.one("--skew") {
        Some(text) => {
            let seconds = value("--skew", &text)?;
            ClockSkew::new(seconds).map_err(|error| wrong("--skew", &text, error))?
        }
        None => ClockSkew::DEFAULT,
    };
    let mut policy = Policy { deviations: Deviations::NONE, allow_cbc: false, clock_skew };
    for name in options.all("--allow") {
        // A provider's policy has this beside the deviations, for it makes encryption worth nothing.
        if name == "aes-cbc" {
            policy.allow_cbc = true;
        } else {
            policy.deviations = policy.deviations.with(value("--allow", &name)?);
        }
    }
    Ok(policy)
}

fn encoding(options: &mut Options, expects: &Expects) -> Result<Encoding, Wrong> {
    let Some(name) = options.one("--encoding") else { return Ok(Encoding::Xml) };
    match (value("--encoding", &name)?, expects) {
        (Encoding::Deflate, Expects::Grant { .. }) => {
            Err(wrong("--encoding", &name, "an assertion of a grant is never compressed"))
        }
        (encoding, Expects::Login { .. } | Expects::Grant { .. }) => Ok(encoding),
    }
}

fn instant(text: &str) -> Result<Timestamp, Wrong> {
    OffsetDateTime::parse(text, &Rfc3339).map(Timestamp::from).map_err(|error| wrong("--at", text, error))
}

fn value<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|error| wrong(name, text, error))
}

fn wrong(name: &str, text: &str, error: impl Display) -> Wrong {
    Wrong(format!("`{name} {text}`: {error}"))
}
