//! The cost by the length of the message: it grows as the length does.

use core::fmt::Write;

use grantor::saml::xml::Canonicalization;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::saml::xml::Visibility;
use grantor::saml::xml::canonicalize;

use crate::doing;
use crate::floor;
use crate::messages::Judge;
use crate::messages::response;
use crate::messages::xml_of;
use crate::race::Report;
use crate::race::Task;
use crate::race::drawn;
use crate::validate::verification;

const LENGTHS: [usize; 5] = [2_000, 6_000, 32_000, 256_000, 1_040_000];

/// Validating and canonicalizing messages of each length. Answers a table of what each byte costs.
pub fn sizes(report: &mut Report) -> String {
    let judge = Judge::by("idp-rsa-2048");
    let verification = verification("idp-rsa-2048", &judge);
    let mut table =
        String::from("\ncost of a byte, the RSA verification taken off, and of canonicalization alone\n\n");
    let _ = writeln!(table, "{:>10} {:>12} {:>12} {:>12}", "bytes", "ns a byte", "c14n, ns", "c14n, MB/s");
    for length in LENGTHS {
        let message = response("idp-rsa-2048", length);
        let xml = xml_of(&message);
        assert!(judge.accepts(&message));
        let turn = (100_000 / length as u64).max(1);
        let ours = doing("from form value to proof", || assert!(judge.accepts(&message)));
        let floor = doing("one verification, one SHA-256, one pass", || floor::once(&verification, &xml));
        let name = format!("validate a response of {} bytes", xml.len());
        let [validated, _] = report.compare(Task { name, turn, goal: None }, ours, floor);

        let document = Document::parse(&xml, Limits::MESSAGE).expect("XML");
        let mut out = Vec::with_capacity(xml.len() * 2);
        let ours = doing("exclusive canonicalization", || {
            canonical(&document, &mut out);
        });
        let floor = doing("one SHA-256 of it", || floor::hash(&xml));
        let name = format!("canonicalize {} bytes", xml.len());
        let [written, _] = report.compare(Task { name, turn: turn * 4, goal: None }, ours, floor);

        let once = verification_alone(&verification);
        let bytes = xml.len() as f64;
        let (each, rate) = ((validated - once) / bytes, bytes * 1_000.0 / written);
        let _ = writeln!(table, "{:>10} {each:>12.2} {:>12.2} {rate:>12.0}", xml.len(), written / bytes);
    }
    table
}

/// The exclusive canonical form of the whole.
pub fn canonical(document: &Document<'_>, out: &mut Vec<u8>) {
    out.clear();
    let form = Canonicalization::Exclusive(&[]);
    canonicalize(document.root(), form, Visibility::WithoutComments, None, out);
}

/// What the verification takes of each, in nanoseconds: the least of a few.
fn verification_alone(verification: &floor::Verification) -> f64 {
    let spent = (0..16).map(|_| drawn(16, 16, || (), |()| verification.run()));
    spent.min().unwrap_or_default().as_nanos() as f64 / 16.0
}
