//! Encrypted assertions (SA-13).

use crate::Policy;
use crate::STRICT;
use crate::World;
use crate::lax;
use crate::login;
use crate::private_key;
use crate::saml_book::NOW;
use crate::saml_book::certificates;
use crate::saml_book::file;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::saml::Peer;
use grantor::saml::crypto::AwsLcDecryptor;
use grantor::saml::crypto::ContentCipher;
use grantor::saml::crypto::Decryptor;
use grantor::saml::crypto::KeyTransport;
use grantor::saml::crypto::NotDecrypted;
use grantor::saml::crypto::PrivateKeyError;
use grantor::saml::crypto::SealedContent;
use grantor::saml::encryption::EncryptionError;
use grantor::saml::response::Check;
use grantor::saml::response::Expected;
use grantor::saml::response::ResponseError;
use grantor::saml::response::check_response;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use zeroize::Zeroizing;

const GCM: &str = "shapes/encrypted_oaep_sha256";
const CBC: &str = "xmlsec1/encrypted_cbc_256_assertion";

fn text_of(name: &str) -> String {
    file(&format!("fixtures/{name}.xml"))
}

/// Why the message is not decrypted, by a policy; nothing where it is accepted.
#[track_caller]
fn error(text: &str, policy: Policy) -> Option<EncryptionError> {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    error_of(text, &world.peer(&keys, policy), &world)
}

#[track_caller]
fn error_of(text: &str, peer: &Peer<'_>, world: &World) -> Option<EncryptionError> {
    let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
    match check_response(&document, peer, &world.expected(), NOW).map_err(|refusal| refusal.error) {
        Ok(accepted) => {
            let around = text.contains("</saml:Issuer><ds:Signature");
            let made = |check: &Check| around || *check != Check::ResponseSignature;
            assert_eq!(accepted.passed(), Check::ALL.into_iter().filter(made).collect::<Vec<_>>());
            assert!(accepted.is_encrypted());
            None
        }
        Err(ResponseError::Encryption(error)) => Some(error),
        Err(other) => panic!("{other}"),
    }
}

/// SA-13: without a key it is an error of its own; with several, any one does, for ours are rolled over as well.
#[test]
fn sa_13_any_key_of_ours_decrypts_and_none_is_an_error_of_its_own() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let text = text_of(GCM);
    let with = |names: &[&str]| {
        let keys: Vec<Vec<u8>> = names.iter().map(|name| private_key(name)).collect();
        let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
        AwsLcDecryptor::from_pkcs8(&keys).unwrap()
    };
    let by = |decryptor: Option<&dyn Decryptor>| {
        error_of(&text, &Peer { decryptor, ..world.peer(&keys, STRICT) }, &world)
    };
    assert_eq!(by(None), Some(EncryptionError::NoKey));
    assert_eq!(by(Some(&with(&["sp-rsa-2048"]))), None);
    assert_eq!(by(Some(&with(&["other-rsa-2048", "idp-rsa-4096", "sp-rsa-2048"]))), None);
    assert_eq!(by(Some(&with(&["other-rsa-2048", "idp-rsa-4096"]))), Some(EncryptionError::Undecryptable));
    assert_eq!(format!("{:?}", with(&["sp-rsa-2048"])), "AwsLcDecryptor { keys: 1 }");
}

/// threat 43: keys are counted before any of them is looked up. Anybody can send as many keys and as many references to
/// them as a message holds; each compared with each, one message of 1 MiB would be seconds of work.
#[test]
fn threat_43_keys_are_counted_before_they_are_looked_up() {
    let text = text_of(GCM);
    let end = "</saml:EncryptedAssertion>";
    let with = |references: usize, keys: usize| {
        let references = "<ds:RetrievalMethod URI=\"#x\"/>".repeat(references);
        let namespace = "xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\"";
        let keys = format!("<e:EncryptedKey {namespace}/>").repeat(keys);
        text.replace(WRAPPED, &format!("{references}{WRAPPED}")).replace(end, &format!("{keys}{end}"))
    };
    let nowhere = EncryptionError::Retrieval { found: "#x".to_owned() };
    assert_eq!(error(&with(1, 0), lax()), Some(nowhere.clone()));
    assert_eq!(error(&with(1, 4), lax()), Some(nowhere));
    assert_eq!(error(&with(1, 5), lax()), Some(EncryptionError::TooManyKeys));
    assert_eq!(error(&with(10_000, 10_000), lax()), Some(EncryptionError::TooManyKeys));
}

/// Keys that are no keys, or too weak, make no decryptor.
#[test]
fn sa_13_only_rsa_keys_decrypt() {
    let weak = private_key("idp-rsa-1024");
    let curve = private_key("idp-p256");
    let good = private_key("sp-rsa-2048");
    for keys in [&[&good[..], &weak[..]][..], &[&curve[..]], &[&[]], &[&good[1..]]] {
        assert_eq!(AwsLcDecryptor::from_pkcs8(keys).unwrap_err(), PrivateKeyError::Rejected);
    }
    assert_eq!(AwsLcDecryptor::from_pkcs8(&[&good[..]; 4]).unwrap_err(), PrivateKeyError::Count);
    assert!(AwsLcDecryptor::from_pkcs8(&[&good[..]; 3]).is_ok());
}

const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const DATA: &str = "<xenc:EncryptedData ";
const METHOD: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\">";
const WRAPPED: &str = "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\">";
const CONTENT: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/>";

/// SA-13, DX-09: each rule of an encrypted assertion has its error.
#[test]
fn sa_13_each_rule_of_an_encrypted_assertion_has_its_error() {
    let found = |text: &str| text.to_owned();
    let retrieval = |uri: &str| format!("<ds:RetrievalMethod URI=\"{uri}\"/>{WRAPPED}");
    let many =
        format!("{}{WRAPPED}", format!("{WRAPPED}<xenc:EncryptionMethod/></xenc:EncryptedKey>").repeat(4));
    let some =
        format!("{}{WRAPPED}", format!("{WRAPPED}<xenc:EncryptionMethod/></xenc:EncryptedKey>").repeat(3));
    for (found, by, error) in [
        (
            "Type=\"http://www.w3.org/2001/04/xmlenc#Element\"",
            "Type=\"urn:x\"",
            EncryptionError::Type { found: found("urn:x") },
        ),
        (CONTENT, "", EncryptionError::Missing { part: "EncryptionMethod" }),
        (CONTENT, "<xenc:EncryptionMethod/>", EncryptionError::Missing { part: "Algorithm" }),
        (
            "aes256-gcm",
            "aes256-gcn",
            EncryptionError::Cipher { found: found("http://www.w3.org/2009/xmlenc11#aes256-gcn") },
        ),
        (
            "<xenc:CipherData>",
            "<xenc:CipherData/><xenc:CipherData>",
            EncryptionError::Repeated { part: "CipherData" },
        ),
        ("<xenc:CipherValue>", "<xenc:CipherReference/><xenc:CipherValue>", EncryptionError::CipherReference),
        ("<xenc:CipherValue>", "<xenc:CipherValue>*", EncryptionError::Encoding),
        ("<xenc:CipherValue>", "<xenc:CipherValue><!---->", EncryptionError::Encoding),
        (
            "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">",
            "<ds:KeyInfo xmlns:ds=\"urn:x\">",
            EncryptionError::NoEncryptedKey,
        ),
        (WRAPPED, &many, EncryptionError::TooManyKeys),
        (WRAPPED, &retrieval("#x"), EncryptionError::Retrieval { found: found("#x") }),
        (
            WRAPPED,
            &retrieval("https://evil.example.com/key"),
            EncryptionError::Retrieval { found: found("https://evil.example.com/key") },
        ),
        ("2009/xmlenc11#rsa-oaep\"", "2001/04/xmlenc#rsa-1_5\"", EncryptionError::Pkcs1),
        (
            "2009/xmlenc11#rsa-oaep\"",
            "2009/xmlenc11#ecdh\"",
            EncryptionError::KeyTransport { found: found("http://www.w3.org/2009/xmlenc11#ecdh") },
        ),
        (METHOD, &format!("{METHOD}<xenc:OAEPparams/>"), EncryptionError::OaepLabel),
        (
            SHA256,
            "http://www.w3.org/2000/09/xmldsig#sha1",
            EncryptionError::Oaep { found: found("http://www.w3.org/2009/xmlenc11#mgf1sha256") },
        ),
        (SHA256, "urn:x", EncryptionError::Oaep { found: found("urn:x") }),
        (
            "mgf1sha256",
            "mgf1sha1",
            EncryptionError::Oaep { found: found("http://www.w3.org/2009/xmlenc11#mgf1sha1") },
        ),
        (
            "2009/xmlenc11#rsa-oaep\"",
            "2001/04/xmlenc#rsa-oaep-mgf1p\"",
            EncryptionError::Oaep { found: found("http://www.w3.org/2009/xmlenc11#mgf1sha1") },
        ),
    ] {
        let base = text_of(GCM);
        assert!(base.contains(found), "{found}");
        let refused = self::error(&base.replace(found, by), lax());
        assert_eq!(refused.as_ref(), Some(&error), "{by}");
        assert!(error.code().starts_with("saml.encryption.") && !error.remedy().is_empty());
    }
    // Keys that are encrypted in other ways are for others, as long as there are not too many.
    assert_eq!(error(&text_of(GCM).replace(WRAPPED, &some), STRICT), None);
    let nothing = text_of(GCM).replace(DATA, "<xenc:Data ").replace("</xenc:EncryptedData>", "</xenc:Data>");
    assert_eq!(error(&nothing, STRICT), Some(EncryptionError::Missing { part: "EncryptedData" }));
}

/// Threat 46: of AES-CBC without a signature around it, a refusal is the same in every part, whatever came out of it.
#[test]
fn threat_46_refusals_of_changed_ciphertexts_are_the_same() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let forged = "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_f'/>\u{1}";
    let refusal = |plain| {
        let peer = Peer { decryptor: Some(&Told { key: 32, plain }), ..world.peer(&keys, lax()) };
        let text = text_of(CBC);
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        check_response(&document, &peer, &world.expected(), NOW).unwrap_err()
    };
    let (unpadded, text, unsigned) = (refusal("x\u{0}"), refusal("x\u{1}"), refusal(forged));
    assert_eq!(unpadded.failed, Check::Decryption);
    assert_eq!((&unpadded, &unpadded), (&text, &unsigned));
}

/// Threat 46: whatever is wrong with a key or a ciphertext, the answer is one. Of AES-CBC without a signature around
/// it, that is so for what comes out of it as well.
#[test]
fn threat_46_decryption_answers_no_questions() {
    for (name, policy) in [(GCM, STRICT), (CBC, lax()), ("xmlsec1/encrypted_gcm_128_assertion", STRICT)] {
        let text = text_of(name);
        assert_eq!(error(&text, policy), None);
        let values: Vec<usize> =
            text.match_indices("<xenc:CipherValue>").map(|(at, tag)| at + tag.len()).collect();
        for value in values {
            let end = value + text[value..].find('<').unwrap();
            let length = end - value;
            // Everywhere in the value: the initialization vector, each block, the padding, the tag.
            for step in 0..48 {
                let at = value + (length - 8) * step / 47;
                let mut changed = text.clone().into_bytes();
                if !changed[at].is_ascii_alphanumeric() {
                    continue;
                }
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(changed).unwrap();
                assert_eq!(error(&changed, policy), Some(EncryptionError::Undecryptable), "{name} {at}");
            }
            let shorter = [&text[..value], &text[end..]].concat();
            assert_eq!(error(&shorter, policy), Some(EncryptionError::Undecryptable));
        }
    }
}

/// A decryptor that gives out what it is told to.
struct Told<'p> {
    key: usize,
    plain: &'p str,
}

impl Decryptor for Told<'_> {
    fn unwrap_key(&self, _: KeyTransport, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        Ok(Zeroizing::new(vec![0; self.key]))
    }

    fn decrypt(&self, sealed: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        assert_eq!(sealed.key.len(), sealed.cipher.key_length());
        assert_eq!(sealed.iv.len(), sealed.cipher.iv_length());
        assert!(sealed.ciphertext.len() >= 16);
        assert!(sealed.cipher.is_authenticated() || sealed.ciphertext.len().is_multiple_of(16));
        Ok(Zeroizing::new(self.plain.as_bytes().to_vec()))
    }
}

/// Threat 46: what is decrypted counts by a signature, whoever decrypts it; and what has been signed by nobody is told
/// so where that gives nothing away.
#[test]
fn threat_46_what_is_decrypted_is_signed_or_refused() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let forged = "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' Version='2.0' ID='_f'/>";
    let padded = "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' Version='2.0' ID='_f'/>\u{1}";
    let code = |name: &str, told: &Told<'_>, policy| {
        let peer = Peer { decryptor: Some(told), ..world.peer(&keys, policy) };
        login(text_of(name).as_bytes(), &peer, &world.expected()).map(|_| ()).unwrap_err().code
    };
    let undecryptable = "saml.encryption.undecryptable";
    assert_eq!(code(GCM, &Told { key: 32, plain: forged }, STRICT), "saml.signature.unsigned");
    assert_eq!(code(CBC, &Told { key: 32, plain: padded }, lax()), undecryptable, "not even that");
    // A key of another length than the cipher has is no key.
    for key in [0, 16, 31, 33] {
        assert_eq!(code(GCM, &Told { key, plain: forged }, STRICT), undecryptable);
    }
    for plain in ["", " ", "<a:Assertion/>", "<Assertion/>", "<!DOCTYPE x><x/>", "text"] {
        assert_eq!(code(GCM, &Told { key: 32, plain }, STRICT), undecryptable, "{plain}");
    }
    for plain in ["", "x\u{0}", "x\u{11}", "\u{2}", "\u{1}"] {
        assert_eq!(code(CBC, &Told { key: 32, plain }, lax()), undecryptable, "{plain:?}");
    }
}

/// XML Encryption 1.1 §5.2.4: a tag of AES-GCM is of 16 bytes, and AES-CBC is of whole blocks. What is shorter is not
/// given to be decrypted; [`Told`] would see.
#[test]
fn threat_46_a_ciphertext_without_a_whole_tag_is_not_decrypted() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let told = Told { key: 32, plain: "<x/>" };
    let peer = Peer { decryptor: Some(&told), ..world.peer(&keys, lax()) };
    for (name, lengths) in [(GCM, &[0, 1, 11, 12, 13, 27][..]), (CBC, &[0, 15, 16, 17, 31, 33, 40])] {
        let text = text_of(name);
        let (before, _) = text.rsplit_once("<xenc:CipherValue>").unwrap();
        let (_, after) = text.rsplit_once("</xenc:CipherValue>").unwrap();
        for length in lengths {
            let value = STANDARD.encode(vec![0; *length]);
            let short = format!("{before}<xenc:CipherValue>{value}</xenc:CipherValue>{after}");
            assert_eq!(
                error_of(&short, &peer, &world),
                Some(EncryptionError::Undecryptable),
                "{name} {length}"
            );
        }
    }
}

/// XML Encryption 1.1 §5.2.1: 1 to 16 bytes pad the last block of AES-CBC, and the last of them says how many.
#[test]
fn sa_13_padding_is_of_one_block_at_most() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let text = signed_assertion();
    let code = |padding: u8| {
        let spaces = " ".repeat(usize::from(padding.max(1)) - 1);
        let plain = format!("{text}{spaces}{}", char::from(padding));
        let told = Told { key: 16, plain: &plain };
        let peer = Peer { decryptor: Some(&told), ..world.peer(&keys, lax()) };
        let message = text_of("xmlsec1/encrypted_cbc_128_response");
        login(message.as_bytes(), &peer, &world.expected()).map(|_| ()).map_err(|refused| refused.code)
    };
    for padding in 1..=16 {
        assert_eq!(code(padding), Ok(()), "{padding}: it is read");
    }
    for padding in [0, 17, 32, 127] {
        assert_eq!(code(padding), Err("saml.encryption.undecryptable"), "{padding}");
    }
}

/// An assertion that is signed by itself, and holds.
fn signed_assertion() -> String {
    let text = text_of("attacks/base_assertion");
    let (start, end) = (text.find("<saml:Assertion").unwrap(), text.find("</samlp:Response>").unwrap());
    text[start..end].trim_end().to_owned()
}

/// SA-10, SAML profiles §4.1.4.2: a response names its issuer where its assertion is encrypted, signed or not.
#[test]
fn sa_10_a_response_around_an_encrypted_assertion_names_its_issuer() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let text = text_of(GCM);
    let anonymous = text.replacen("<saml:Issuer>https://idp.example.com/metadata</saml:Issuer>", "", 1);
    assert_ne!(anonymous, text);
    let peer = world.peer(&keys, STRICT);
    assert!(login(text.as_bytes(), &peer, &world.expected()).is_ok());
    let refused = login(anonymous.as_bytes(), &peer, &world.expected()).unwrap_err();
    assert_eq!(refused.code, "saml.issuer.missing");
}

/// Threat 46: a signature around a ciphertext of AES-CBC tells nobody what it holds. Our key is one for all identity
/// providers, and any of them may sign around a ciphertext that was made for another and changed: what comes out is
/// refused in one way, whatever it is, or is accepted. What is signed within was not changed, and is told of.
#[test]
fn threat_46_whoever_signs_around_a_ciphertext_learns_nothing_of_it() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let refusal = |message: &str, plain: &str| {
        let told = Told { key: if message.contains("128") { 16 } else { 32 }, plain };
        let peer = Peer { decryptor: Some(&told), ..world.peer(&keys, lax()) };
        let text = text_of(message);
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        check_response(&document, &peer, &world.expected(), NOW).unwrap_err()
    };
    let assertion = |attributes: &str, content: &str| {
        format!(
            "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' {attributes}>{content}</a:Assertion>"
        )
    };
    let head = "ID='_f' Version='2.0' IssueInstant='2026-11-25T12:00:00Z'";
    let signed = signed_assertion();
    let plain = [
        String::new(),
        "text".to_owned(),
        assertion("", ""),
        assertion("ID='_f' Version='1.1'", ""),
        assertion(head, "<a:Issuer>https://secret.example.com</a:Issuer>"),
        assertion(head, "<a:Issuer>https://idp.example.com/metadata</a:Issuer><a:Subject/>"),
        assertion("ID='_f'", "<x id='_f'/>"),
        signed.replace("https://idp.example.com/metadata", "https://idp.example.com/matadeta"),
    ];
    let uniform = refusal("xmlsec1/encrypted_cbc_128_response", "\u{0}");
    assert_eq!((uniform.failed, uniform.error.code()), (Check::Decryption, "saml.encryption.undecryptable"));
    assert_eq!(uniform.passed.last(), Some(&Check::ResponseSignature));
    for plain in plain {
        assert_eq!(
            refusal("xmlsec1/encrypted_cbc_128_response", &format!("{plain}\u{1}")),
            uniform,
            "{plain}"
        );
    }
    // An authenticated cipher was not changed, either.
    let version = assertion("ID='_f' Version='1.1'", "");
    assert_eq!(refusal("xmlsec1/encrypted_gcm_256_response", &version).error.code(), "saml.version");
    let another = Expected { audience: &world.idp, ..world.expected() };
    let padded = format!("{signed}\u{1}");
    let told = Told { key: 16, plain: &padded };
    let peer = Peer { decryptor: Some(&told), ..world.peer(&keys, lax()) };
    let text = text_of("xmlsec1/encrypted_cbc_128_response");
    let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
    let refused = check_response(&document, &peer, &another, NOW).unwrap_err();
    assert_eq!(refused.error.code(), "saml.audience");
}

/// Threat 47: a signature around an encrypted assertion covers what it was decrypted to, and no more: what is ambiguous
/// in there is refused.
#[test]
fn threat_47_what_is_covered_from_outside_is_unambiguous_inside() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let around = "xmlsec1/encrypted_gcm_256_response";
    let code = |plain| {
        let told = Told { key: 32, plain };
        let peer = Peer { decryptor: Some(&told), ..world.peer(&keys, STRICT) };
        login(text_of(around).as_bytes(), &peer, &world.expected()).map(|_| ()).unwrap_err().code
    };
    assert_eq!(
        code("<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_f'/>"),
        "saml.version",
        "it is signed"
    );
    assert_eq!(
        code(
            "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_f'><x id='_f'/></a:Assertion>"
        ),
        "saml.signature.id.repeated"
    );
    assert_eq!(
        code(
            "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_f'><x><s:Signature xmlns:s='http://www.w3.org/2000/09/xmldsig#'/></x></a:Assertion>"
        ),
        "saml.signature.stray"
    );
    // A signature of its own is never passed over for the one around.
    assert_eq!(
        code(
            "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_f'><s:Signature xmlns:s='http://www.w3.org/2000/09/xmldsig#'/></a:Assertion>"
        ),
        "saml.signature.part.missing"
    );
}

/// SA-13: what an outer signature does not let through is never decrypted.
#[test]
fn sa_13_nothing_is_decrypted_before_its_signature_is_verified() {
    struct Never;
    impl Decryptor for Never {
        fn unwrap_key(&self, _: KeyTransport, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
            panic!("decrypted")
        }
        fn decrypt(&self, _: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
            panic!("decrypted")
        }
    }
    let (world, others) = (World::new(), certificates(&["other-rsa-2048"]));
    let peer = Peer { decryptor: Some(&Never), ..world.peer(&others, lax()) };
    let refused = login(text_of("xmlsec1/encrypted_gcm_256_response").as_bytes(), &peer, &world.expected());
    assert_eq!(refused.unwrap_err().code, "saml.signature.untrusted");
}

/// The identifiers of ciphers are those of the standard, each of one cipher.
#[test]
fn sa_13_ciphers_are_known_by_their_identifiers() {
    for cipher in ContentCipher::ALL {
        assert_eq!(ContentCipher::of(cipher.uri()), Some(cipher));
        assert_eq!(cipher.is_authenticated(), cipher.uri().ends_with("-gcm"));
        assert_eq!(cipher.key_length() * 8, if cipher.uri().contains("128") { 128 } else { 256 });
    }
    assert_eq!(ContentCipher::of("http://www.w3.org/2001/04/xmlenc#tripledes-cbc"), None);
}
