//! Messages that are refused: nobody who sends them makes us work for it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;

use crate::doing;
use crate::messages::Judge;
use crate::messages::response;
use crate::messages::xml_of;
use crate::race::Report;
use crate::race::Task;

/// Each against a parse of a good message of its length, from its form value.
pub fn refuse(report: &mut Report) {
    let judge = Judge::by("idp-rsa-2048");
    let good = response("idp-rsa-2048", 6_000);
    let xml = String::from_utf8(xml_of(&good)).expect("text");
    let unsigned = {
        let (before, rest) = xml.split_once("<ds:Signature").expect("a signature");
        let (_, after) = rest.split_once("</ds:Signature>").expect("its end");
        format!("{before}{after}")
    };
    let noise: String = xml.chars().map(|found| if found == '<' { '&' } else { found }).collect();
    // Its elements stand within one another, and end nowhere.
    let nested = "<a>".repeat(xml.len() / 3);
    let elsewhere = xml.replacen("Destination=\"https://sp", "Destination=\"https://xp", 1);
    for (name, message, goal) in [
        ("refuse what is not XML", noise, Some(1.0)),
        ("refuse elements within one another", nested, Some(1.0)),
        ("refuse a response for another", elsewhere, Some(1.1)),
        ("refuse a response that is not signed", unsigned, Some(1.1)),
    ] {
        let message = STANDARD.encode(message);
        assert!(!judge.accepts(&message), "{name}");
        let ours = doing("from form value to refusal", || assert!(!judge.accepts(&message)));
        let floor = doing("decoding and parsing a good message of the length", || {
            Document::parse(&xml_of(&good), Limits::MESSAGE).expect("XML");
        });
        report.compare(Task { name: name.into(), turn: 16, goal }, ours, floor);
    }
}
