//! Forms of the host's pages, read strictly.

#[path = "../../examples/host/http/form.rs"]
mod examined;

use examined::Form;
use examined::encoded;

#[test]
fn a_form_has_several_values_under_one_name() {
    let form = Form::parse(b"scope=a&scope=b%3Areadonly&scope=&name=+A+B+&lines=x%0D%0A%0D%0A+y").unwrap();
    assert_eq!(form.values("scope").collect::<Vec<_>>(), ["a", "b:readonly"]);
    assert_eq!(
        (form.value("name"), form.exact("name"), form.value("none")),
        (Some("A B"), Some(" A B "), None)
    );
    assert_eq!(form.lines("lines"), ["x", "y"]);
    assert_eq!(form.text("none"), "");
}

/// GR-12: what cannot be read is no form, and not another one.
#[test]
fn gr_12_what_cannot_be_read_is_no_form() {
    for body in ["a=%", "a=%4", "a=%zz", "a=%FF", "a=%00", "%1b=a", "a=%C3"] {
        assert!(Form::parse(body.as_bytes()).is_err(), "{body}");
    }
    let many = |count| vec!["a=1"; count].join("&");
    assert!(Form::parse(many(1_000).as_bytes()).is_ok());
    assert!(Form::parse(many(1_001).as_bytes()).is_err());
    assert!(Form::of_fields(vec![("a".to_owned(), "\u{0}".to_owned())]).is_err());
}

#[test]
fn what_is_encoded_reads_back() {
    let text = "/a?b=c&d=ä +%/\\";
    let form = Form::parse(format!("to={}", encoded(text)).as_bytes()).unwrap();
    assert_eq!(form.exact("to"), Some(text));
}
