//! The tool of `examples/saml_check`, on the messages of `tests/saml`: its verdicts, its arguments, its exit codes.
//!
//! It is compiled in, without its process, so that what is tested is what is in the tree.
#![cfg(all(feature = "saml", feature = "aws-lc-rs", feature = "testing"))]

#[path = "saml_response/refused.rs"]
mod refused;
#[path = "saml_book/mod.rs"]
mod saml_book;
#[path = "../examples/saml_check/tool/mod.rs"]
mod tool;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::io::empty;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::Timestamp;
use grantor::saml::crypto::AwsLcSigner;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use miniz_oxide::deflate::compress_to_vec;
use serde_json::Value;
use serde_json::json;

use refused::REFUSED;
use saml_book::Fixture;
use saml_book::NOW;
use saml_book::file;
use saml_book::fixtures;

const ACS: &str = "https://sp.example.com/saml/acs";
const SP: &str = "https://sp.example.com/saml/metadata";
const IDP: &str = "https://idp.example.com/metadata";
const ISSUER: &str = "https://auth.example.com";
const TOKEN_ENDPOINT: &str = "https://auth.example.com/oauth/token";
const REQUEST: &str = "_req-0123456789abcdef0123456789abcdef";

fn path(below: &str) -> String {
    format!("{}/tests/saml/{below}", env!("CARGO_MANIFEST_DIR"))
}

fn certificate(name: &str) -> [String; 2] {
    ["--certificate".to_owned(), path(&format!("keys/{name}.cert.pem"))]
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The arguments that a login of the fixtures is checked by, but for its certificate.
fn login() -> Vec<String> {
    words(&format!("--issuer {IDP} --acs {ACS} --audience {SP} --request-id {REQUEST}"))
}

fn grant() -> Vec<String> {
    words(&format!("--issuer {IDP} --grant {TOKEN_ENDPOINT} --audience {ISSUER}"))
}

/// The exit code, what is printed for each file, and what is wrong.
struct Ran {
    exit: u8,
    verdicts: Vec<Value>,
    stderr: String,
}

fn run(arguments: &[String], stdin: &mut impl Read) -> Ran {
    run_at(arguments, stdin, NOW)
}

fn run_at(arguments: &[String], stdin: &mut impl Read, now: Timestamp) -> Ran {
    let said = tool::run(arguments.iter().map(OsString::from), stdin, now);
    let verdicts: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // DX-09: a verdict of each file, or what is wrong with the call.
    assert_eq!(said.exit == tool::WRONG, verdicts.is_empty(), "{}", said.stdout);
    assert_eq!(said.exit == tool::WRONG, !said.stderr.is_empty(), "{}", said.stderr);
    let is_refused = verdicts.iter().any(|verdict| verdict["verdict"] == "refused");
    assert_eq!(said.exit == 1, is_refused, "{}", said.stdout);
    Ran { exit: said.exit, verdicts, stderr: said.stderr }
}

/// The verdict on this one message, as it came.
fn verdict(arguments: &[String], message: &[u8]) -> Value {
    let mut ran = run(&[arguments, &["-".to_owned()]].concat(), &mut &*message);
    assert!(ran.exit < tool::WRONG, "{}", ran.stderr);
    assert_eq!(ran.verdicts.len(), 1);
    ran.verdicts.remove(0)
}

/// The verdict on a fixture, with these switches on.
fn of_fixture(fixture: &Fixture, switches: &[&str]) -> Value {
    let mut arguments = if fixture.is("kind", "assertion") {
        grant()
    } else {
        [login(), vec!["--decryption-key".to_owned(), path("keys/sp-rsa-2048.key.pem")]].concat()
    };
    if fixture.is("initiated_by", "idp") {
        arguments.retain(|argument| argument != REQUEST);
        let place = arguments.iter().position(|argument| argument == "--request-id").unwrap();
        arguments[place] = "--idp-initiated".to_owned();
    }
    for trusted in fixture.field("trusted").as_array().unwrap() {
        arguments.extend(certificate(trusted.as_str().unwrap()));
    }
    for switch in switches {
        arguments.extend(["--allow".to_owned(), (*switch).to_owned()]);
    }
    let post = fixture.field("post").as_str().map(|path| file(&format!("fixtures/{path}")));
    if post.is_some() || fixture.is_file(".txt") {
        arguments.extend(words("--encoding base64"));
    }
    verdict(&arguments, post.as_ref().map_or(&*fixture.bytes, |post| post.as_bytes()))
}

/// Every message that the tool is for. It cannot be asked without a certificate.
fn messages() -> impl Iterator<Item = Fixture> {
    let is_ours = |fixture: &Fixture| {
        (fixture.is("kind", "response") || fixture.is("kind", "assertion"))
            && !fixture.certificates.is_empty()
    };
    fixtures().into_iter().filter(is_ours)
}

fn code_of(name: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(_, names)| names.contains(&name)).map(|(code, _)| *code)
}

/// The checks of a verdict that passed, and the one that did not.
fn checks(verdict: &Value) -> (Vec<&str>, Option<&str>) {
    let name = |check: &'_ Value| check["check"].as_str().unwrap().to_owned();
    let all = verdict["checks"].as_array().unwrap();
    let failed: Vec<&Value> = all.iter().filter(|check| check["passed"] == false).collect();
    assert!(
        failed.len() <= 1 && failed.first().is_none_or(|failed| *failed == all.last().unwrap()),
        "{all:?}"
    );
    assert!(all.iter().all(|check| !name(check).is_empty()));
    let names = all.iter().filter(|check| check["passed"] == true);
    let names = names.map(|check| check["check"].as_str().unwrap()).collect();
    (names, failed.first().map(|failed| failed["check"].as_str().unwrap()))
}

/// DX-09: every message of every family has the verdict that the manifest has of it, and the code of its refusal.
#[test]
fn dx_09_every_message_has_its_verdict() {
    let mut families = BTreeMap::<String, [usize; 2]>::new();
    for fixture in messages() {
        let found = of_fixture(&fixture, &[]);
        let is_accepted = found["verdict"] == "accepted";
        if !fixture.is("expected", "either") {
            assert_eq!(is_accepted, fixture.is("expected", "accepted"), "{}: {found}", fixture.name);
        }
        let (passed, failed) = checks(&found);
        assert_eq!(failed.is_none(), is_accepted, "{}", fixture.name);
        if is_accepted {
            assert!(passed.ends_with(&["attributes"]) || passed.ends_with(&["assertion"]), "{passed:?}");
            assert_eq!(found["user"], "maria@example.com", "{}", fixture.name);
            assert_eq!(found["name_id"]["value"], *fixture.field("subject"), "{}", fixture.name);
            assert_eq!(found["session"]["issuer"], IDP);
            assert!(found.get("note").is_none());
        } else {
            if fixture.is("expected", "refused") {
                assert_eq!(found["code"].as_str(), code_of(&fixture.name), "{}", fixture.name);
            }
            assert!(["cause", "remedy"].iter().all(|field| found[field] != ""), "{}", fixture.name);
            assert!(found.get("user").is_none(), "{}", fixture.name);
        }
        let family = fixture.field("family").as_str().unwrap().to_owned();
        families.entry(family).or_default()[usize::from(is_accepted)] += 1;
    }
    assert_eq!(families.len(), 10, "{families:?}");
    for (family, counts) in &families {
        // Nothing of `facts` is as it should be.
        assert!(counts.iter().all(|count| *count > 0) || family == "facts", "{family}: {counts:?}");
    }
}

/// SA-18: a refusal names the switch that would let it pass, and with all that it needs it passes.
#[test]
fn sa_18_each_switch_is_named_by_the_refusal_and_lets_it_pass() {
    let mut seen = Vec::new();
    for fixture in messages() {
        let switches = fixture.switches();
        for off in &switches {
            let others: Vec<&str> = switches.iter().copied().filter(|name| name != off).collect();
            assert_eq!(of_fixture(&fixture, &others)["allow"], **off, "{}", fixture.name);
            seen.push((*off).to_owned());
        }
        if !switches.is_empty() {
            let found = of_fixture(&fixture, &switches);
            assert_eq!(found["user"], "maria@example.com", "{}: {found}", fixture.name);
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 12, "{seen:?}");
}

fn accepted() -> Vec<u8> {
    file("fixtures/xmlsec1/both.xml").into_bytes()
}

fn trusting(name: &str) -> Vec<String> {
    [login(), certificate(name).into()].concat()
}

fn with(arguments: &[String], more: &str) -> Vec<String> {
    [arguments, &words(more)].concat()
}

#[test]
fn each_encoding_is_read_and_no_other_for_it() {
    let xml = accepted();
    let lines: String = STANDARD
        .encode(&xml)
        .as_bytes()
        .chunks(76)
        .map(|line| format!("{}\r\n", str::from_utf8(line).unwrap()))
        .collect();
    let deflated = STANDARD.encode(compress_to_vec(&xml, 6));
    let bomb = STANDARD.encode(compress_to_vec(&vec![b' '; 1_048_577], 6));
    let whole = trusting("idp-rsa-2048");
    for (encoding, message, code) in [
        ("xml", &*xml, None),
        ("base64", lines.as_bytes(), None),
        ("deflate", deflated.as_bytes(), None),
        ("xml", lines.as_bytes(), Some("saml.xml.root")),
        ("base64", &xml, Some("saml.encoding.base64")),
        ("base64", b"\xff", Some("saml.encoding.base64")),
        ("base64", deflated.as_bytes(), Some("saml.xml.encoding")),
        ("deflate", lines.as_bytes(), Some("saml.query.deflate")),
        ("deflate", b"", Some("saml.query.deflate")),
        ("deflate", bomb.as_bytes(), Some("saml.encoding.too.long")),
        ("base64", &vec![b'A'; 1_572_865], Some("saml.encoding.too.long")),
        ("xml", &vec![b' '; 1_048_577], Some("saml.xml.limit")),
    ] {
        let found = verdict(&with(&whole, &format!("--encoding {encoding}")), message);
        assert_eq!(found["code"].as_str(), code, "{encoding}: {found}");
        assert!(code.is_none() || matches!(checks(&found).1, Some("encoding" | "xml")), "{found}");
    }
}

/// RFC 7522 §2.1: base64url in one line.
#[test]
fn gr_07_an_assertion_is_read_as_the_parameter_has_it() {
    let xml = file("fixtures/saml/bearer.xml");
    let parameter = URL_SAFE_NO_PAD.encode(&xml);
    let whole = [grant(), certificate("idp-rsa-2048").into()].concat();
    let encoded = with(&whole, "--encoding base64");
    assert_eq!(verdict(&whole, xml.as_bytes())["user"], "maria@example.com");
    for (message, code) in [
        (parameter.clone(), None),
        (format!("{parameter}\r\n"), None),
        (format!(" {parameter}"), Some("saml.encoding.base64url")),
        (xml, Some("saml.encoding.base64url")),
    ] {
        assert_eq!(verdict(&encoded, message.as_bytes())["code"].as_str(), code, "{message}");
    }
    // It is never compressed.
    let deflated = run(&[with(&whole, "--encoding deflate"), words("-")].concat(), &mut parameter.as_bytes());
    assert_eq!(deflated.exit, tool::WRONG);
}

/// SA-13: with the key of ours, in PEM or DER, and no other.
#[test]
fn sa_13_a_decryption_key_is_taken_as_pem_and_der() {
    let pem = file("keys/sp-rsa-2048.key.pem");
    let (_, body) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let body: String = body.split("-----").next().unwrap().split_whitespace().collect();
    let der = format!("{}/saml_check.key.der", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&der, STANDARD.decode(body).unwrap()).unwrap();

    let encrypted = file("fixtures/pysaml2/encrypted_gcm_response_signed.xml");
    let whole = trusting("idp-rsa-2048");
    let by = |key: &str| verdict(&with(&whole, &format!("--decryption-key {key}")), encrypted.as_bytes());
    for key in [path("keys/sp-rsa-2048.key.pem"), der] {
        assert_eq!(
            (&by(&key)["user"], &by(&key)["session"]["encrypted"]),
            (&json!("maria@example.com"), &json!(true))
        );
    }
    assert_eq!(by(&path("keys/other-rsa-2048.key.pem"))["code"], "saml.encryption.undecryptable");
    assert_eq!(verdict(&whole, encrypted.as_bytes())["code"], "saml.encryption.no.key");
    for no_key in ["keys/idp-rsa-2048.cert.pem", "keys/idp-p256.key.pem", "keys/idp-rsa-1024.key.pem"] {
        let ran = run(&with(&whole, &format!("--decryption-key {} -", path(no_key))), &mut empty());
        assert_eq!(ran.exit, tool::WRONG, "{no_key}");
    }
}

/// SA-02, SA-03: what is wrong with metadata or a certificate is a verdict, with its code.
#[test]
fn sa_03_what_is_wrong_with_metadata_and_certificates_is_a_verdict() {
    let by = |source: &str| {
        let rest = format!("--acs {ACS} --audience {SP} --request-id {REQUEST}");
        verdict(&words(&format!("{source} {rest}")), &accepted())
    };
    let metadata = |name: &str| format!("--metadata {}", path(&format!("fixtures/metadata/{name}.xml")));
    for name in ["simple", "entra", "several_certificates", "adfs"] {
        let found = by(&metadata(name));
        assert_eq!(
            (&found["user"], checks(&found).0[0]),
            (&json!("maria@example.com"), "metadata"),
            "{name}"
        );
    }
    for (source, code) in [
        (metadata("refused_certificate_expired"), "certificate.expired"),
        (metadata("refused_certificate_not_yet_valid"), "certificate.not.yet.valid"),
        (metadata("refused_certificate_rsa_1024"), "certificate.key.weak"),
        (metadata("refused_valid_until_past_of_aggregate"), "saml.metadata.expired"),
        (metadata("refused_no_role"), "saml.metadata.no.identity.provider"),
        (metadata("aggregate"), "saml.metadata.several"),
        (
            format!("{} --issuer https://nobody.example.com/", metadata("aggregate")),
            "saml.metadata.not.found",
        ),
    ] {
        let found = by(&source);
        assert_eq!((&found["code"], checks(&found)), (&json!(code), (vec![], Some("metadata"))), "{source}");
        assert!(found.get("allow").is_none(), "no switch is taken by metadata");
    }
    let chosen = by(&format!("{} --issuer {IDP}", metadata("aggregate")));
    assert_eq!(chosen["user"], "maria@example.com");

    let certificates = |names: &[&str]| {
        let each = names.iter().flat_map(|name| certificate(name)).collect::<Vec<_>>().join(" ");
        by(&format!("--issuer {IDP} {each}"))
    };
    for (names, code, allow) in [
        (&["idp-rsa-2048-expired"][..], "certificate.expired", Some("expired-certificate")),
        (&["idp-rsa-1024"], "certificate.key.weak", Some("rsa-1024")),
        (&["idp-rsa-2048-not-yet-valid", "idp-rsa-1024"], "certificate.not.yet.valid", None),
        (&["idp-p256"; 6], "saml.signature.too.many.certificates", None),
    ] {
        let found = certificates(names);
        assert_eq!(
            (&found["code"], checks(&found)),
            (&json!(code), (vec![], Some("certificate"))),
            "{names:?}"
        );
        assert_eq!(found["allow"].as_str(), allow);
    }
    // Any one that can be used now is enough, and what the others are shows where they would be needed.
    assert_eq!(certificates(&["idp-rsa-1024", "idp-rsa-2048"])["user"], "maria@example.com");
    let needed = certificates(&["idp-p256", "idp-rsa-2048-expired"]);
    assert_eq!(
        (&needed["code"], checks(&needed).1),
        (&json!("certificate.expired"), Some("response-signature"))
    );
    // A file that is no certificate at all is one with something wrong, too.
    let key = path("keys/README.md");
    assert_eq!(by(&format!("--issuer {IDP} --certificate {key}"))["code"], "certificate.encoding");
}

/// SA-12: an assertion without an address is accepted, and leads to nobody.
#[test]
fn sa_12_who_cannot_be_found_is_told_of() {
    let key = AwsLcSigner::from_pem(&file("keys/idp-rsa-2048.key.pem")).unwrap();
    let provider = IdentityProviderForTests::new(IDP.parse().unwrap(), key);
    let says = Says::login("maria", ACS, SP).answering(REQUEST).with("groups", "a").with("groups", "b");
    let response = provider.response(&says, NOW);
    let found = verdict(&with(&trusting("idp-rsa-2048"), "--encoding base64"), response.as_bytes());
    assert_eq!((&found["verdict"], &found["user"]), (&json!("accepted"), &Value::Null));
    assert_eq!(
        (&found["note"]["code"], &found["name_id"]["value"]),
        (&json!("saml.email.malformed"), &json!("maria"))
    );
    assert_eq!(found["attributes"], json!({ "groups": ["a", "b"] }), "none is lost");
}

/// SA-10: the instant and the skew are those of the arguments, or else the host's clock and 10 s.
#[test]
fn sa_10_the_instant_and_the_skew_are_given() {
    let whole = with(&trusting("idp-rsa-2048"), "-");
    let end = Timestamp::from_unix(1_795_608_300);
    let exit = |more: &str, now| run_at(&with(&whole, more), &mut &*accepted(), now).exit;
    for (now, expected) in [(end.plus(9), 0), (end.plus(10), 1)] {
        assert_eq!(exit("", now), expected);
        assert_eq!(exit(&format!("--at {now}"), NOW), expected);
        assert_eq!(exit("--at 2026-11-25T14:00:30.5+02:00", now), 0, "whatever the clock says");
        assert_eq!(exit("--skew 60", now), 0);
        assert_eq!(exit("--skew 0", now), 1);
    }
}

/// Each of several files has its line, in their order; one that is refused counts for all.
#[test]
fn several_files_have_a_line_each() {
    let both = path("fixtures/xmlsec1/both.xml");
    let unsigned = path("fixtures/pysaml2/unsigned.xml");
    let whole = trusting("idp-rsa-2048");
    let ran = run(&with(&whole, &format!("{both} {both}")), &mut empty());
    assert_eq!((ran.exit, ran.verdicts.len()), (0, 2));
    let ran = run(&with(&whole, &format!("{both} {unsigned} -")), &mut &*accepted());
    let found: Vec<_> = ran.verdicts.iter().map(|verdict| (&verdict["file"], &verdict["verdict"])).collect();
    let expected = [(json!(both), "accepted"), (json!(unsigned), "refused"), (json!("-"), "accepted")];
    let expected: Vec<_> = expected.into_iter().map(|(file, verdict)| (file, json!(verdict))).collect();
    assert_eq!(found, expected.iter().map(|(file, verdict)| (file, verdict)).collect::<Vec<_>>());
    assert_eq!(ran.exit, 1);
    // One that cannot be read leaves none judged.
    let ran = run(&with(&whole, &format!("{both} /no/such/file")), &mut empty());
    assert_eq!(ran.exit, tool::WRONG);
    assert!(ran.stderr.contains("/no/such/file"), "{}", ran.stderr);
}

/// What is missing, unknown, repeated or without a meaning is told, and nothing is judged.
#[test]
fn wrong_arguments_are_told() {
    let key = path("keys/idp-rsa-2048.cert.pem");
    let whole = format!(
        "--certificate {key} --issuer {IDP} --acs {ACS} --audience {SP} --request-id {REQUEST} --at {NOW} -"
    );
    assert_eq!(run(&words(&whole), &mut &*accepted()).exit, 0, "the neighbor");
    let without = |name: &str| {
        let mut words = words(&whole);
        let place = words.iter().position(|word| word == name).unwrap();
        words.drain(place..=place + 1);
        words.join(" ")
    };
    for (arguments, told) in [
        (String::new(), "`--metadata` or `--certificate` is missing"),
        (without("--certificate"), "`--metadata` or `--certificate` is missing"),
        (without("--issuer"), "`--issuer` is missing"),
        (without("--acs"), "`--acs` is missing"),
        (without("--audience"), "`--audience` is missing"),
        (without("--request-id"), "either `--request-id` or `--idp-initiated` is needed"),
        (whole.trim_end_matches(" -").to_owned(), "no file is given"),
        (format!("{whole} -"), "`-` is given twice"),
        (format!("{whole} --idp-initiated"), "either `--request-id` or `--idp-initiated` is needed"),
        (format!("{whole} --verbose"), "`--verbose` is no option"),
        (format!("{whole} -v"), "`-v` is no option"),
        (format!("{whole} --acs={ACS}"), "is no option"),
        (format!("{whole} --acs {ACS}"), "`--acs` is given twice"),
        (
            format!("{} --idp-initiated --idp-initiated", without("--request-id")),
            "`--idp-initiated` is given twice",
        ),
        (format!("{whole} --skew"), "`--skew` has no value"),
        (format!("{whole} --skew 301"), "`--skew 301`"),
        (format!("{whole} --skew -1"), "`--skew -1`"),
        (format!("{whole} --allow everything"), "`--allow everything`"),
        (format!("{whole} --encoding gzip"), "`--encoding gzip`"),
        (format!("{} --at yesterday", without("--at")), "`--at yesterday`"),
        (format!("{} --acs http://sp.example.com/", without("--acs")), "`--acs http://sp.example.com/`"),
        (format!("{} --metadata {key}", whole), "`--certificate` does not go with the other options"),
        (format!("{whole} --decryption-key /no/such/key"), "`/no/such/key` cannot be read"),
        (format!("{} --certificate /no/such/key", without("--certificate")), "`/no/such/key` cannot be read"),
        (format!("{whole} --grant {TOKEN_ENDPOINT}"), "does not go with the other options"),
    ] {
        let ran = run(&words(&arguments), &mut &*accepted());
        assert_eq!(ran.exit, tool::WRONG, "{arguments}");
        assert!(ran.stderr.contains(told), "{arguments}: {}", ran.stderr);
    }
}

/// A name that is no text is told of, and does not end the tool.
#[cfg(unix)]
#[test]
fn threat_45_an_argument_that_is_no_text_is_told() {
    use std::os::unix::ffi::OsStringExt;
    let said = tool::run([OsString::from_vec(vec![0xff])].into_iter(), &mut empty(), NOW);
    assert_eq!(said.exit, tool::WRONG);
    assert!(said.stderr.contains("is not UTF-8"), "{}", said.stderr);
}

/// The help names every option, every encoding and every switch that there is.
#[test]
fn sa_18_the_help_names_every_switch() {
    let said = tool::run([OsString::from("--help")].into_iter(), &mut empty(), NOW);
    assert_eq!((said.exit, &*said.stderr), (0, ""));
    let switches = grantor::value::Deviation::ALL.map(|deviation| deviation.name());
    for name in
        switches.iter().chain(&["aes-cbc", "--acs", "--grant", "--skew", "--idp-initiated", "deflate"])
    {
        assert!(said.stdout.contains(name), "{name}");
    }
    assert!(said.stdout.lines().all(|line| line.len() <= 110));
}
