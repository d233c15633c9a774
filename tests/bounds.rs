//! What hostile XML costs: memory when it is read, and the length of its canonical forms (threats 43 and 51).
#![cfg(feature = "saml")]

use std::alloc::GlobalAlloc;
use std::alloc::Layout;
use std::alloc::System;
use std::cell::Cell;

use grantor::saml::xml::Canonicalization;
use grantor::saml::xml::Child;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limit;
use grantor::saml::xml::Limits;
use grantor::saml::xml::Visibility;
use grantor::saml::xml::XmlFault;
use grantor::saml::xml::canonicalize;

/// The system's allocator, counting for each thread how much it holds, and how much it held at most.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

fn take(bytes: usize) {
    HELD.set(HELD.get().wrapping_add(bytes));
    MOST.set(MOST.get().max(HELD.get()));
}

fn give_back(bytes: usize) {
    HELD.set(HELD.get().wrapping_sub(bytes));
}

// SAFETY: everything is handed to the system's allocator as it is. Counting allocates nothing, and the
// counters have neither a lazy beginning nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        give_back(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // What grows may have to move: the old and the new are held at once.
        take(size);
        give_back(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How much more this thread holds at most meanwhile than before.
fn most<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.get();
    MOST.set(before);
    let done = work();
    (MOST.get().saturating_sub(before), done)
}

/// A text of about this many bytes and no more: a beginning, a piece again and again, an end.
fn repeated(length: usize, beginning: &str, piece: &str, end: &str) -> Vec<u8> {
    let room = length.saturating_sub(beginning.len() + end.len());
    [beginning, &piece.repeat(room / piece.len()), end].concat().into_bytes()
}

/// A tag with 64 of these, each of which has another name.
fn full(attribute: impl Fn(&str) -> String) -> String {
    let names =
        ('a'..='z').chain('A'..='Z').map(String::from).chain(('a'..='l').map(|letter| format!("_{letter}")));
    format!("<b{}/>", names.map(|name| attribute(&name)).collect::<String>())
}

/// Hostile texts of about this length, by what is too much in them.
fn hostile(length: usize) -> Vec<(&'static str, Vec<u8>)> {
    let text = |beginning: &str, piece: &str, end: &str| repeated(length, beginning, piece, end);
    let attributes = full(|name| format!(" {name}=''"));
    let declarations = full(|name| format!(" xmlns:{name}='u:'"));
    let long_namespace = format!("<a xmlns:p='u:{}'>", "u".repeat(length / 2));
    vec![
        ("elements within one another", text("", "<a>", "")),
        ("a tag that does not end", text("<", "a", "")),
        ("one name", text("<", "a", "/>")),
        ("one text", text("<a>", "x", "</a>")),
        ("one text and a section", text("<a>", "x", "<![CDATA[x]]></a>")),
        ("one text of line ends", text("<a>", "\r\n", "</a>")),
        ("one value of line ends", text("<a b='", "\r\n", "'/>")),
        ("one value of references", text("<a b='", "&lt;", "'/>")),
        ("one value of quotes", text("<a b='", "\"", "'/>")),
        ("attributes of one element", text(attributes.trim_end_matches("/>"), " x=''", "/>")),
        ("attributes of many elements", text("<a>", &attributes, "</a>")),
        ("declarations of one element", text(declarations.trim_end_matches("/>"), " xmlns:x='u:'", "/>")),
        ("declarations of many elements", text("<a>", &declarations, "</a>")),
        (
            "elements with attributes",
            text("<a>", &("<b a='' c=''/>".repeat(4) + "<b a='' c='' d=''/>"), "</a>"),
        ),
        ("siblings", text("<a>", "<b/>", "</a>")),
        ("siblings and texts", text("<a>", "<b/>x", "</a>")),
        ("comments", text("<a>", "<!---->", "</a>")),
        ("comments before the root", text("", "<!---->", "<a/>")),
        ("references to characters", text("<a>", "&lt;", "</a>")),
        ("references to entities", text("<a>", "&e;", "</a>")),
        ("CDATA sections", text("<a>", "<![CDATA[x]]>", "</a>")),
        ("a document type", text("<!DOCTYPE a [", "<!ENTITY e 'eeeeeeeeee'>", "]><a/>")),
        ("processing instructions", text("<a>", "<?b c?>", "</a>")),
        ("one long namespace of many elements", text(&long_namespace, "<p:b/>", "</a>")),
        ("Base64", text("", "PFJlc3BvbnNlPg==", "")),
        ("zeros", text("", "\0", "")),
        ("no UTF-8", vec![0xff; length]),
        ("no UTF-8 at the end", [&*text("<a>", "x", ""), b"\xff"].concat()),
    ]
}

/// threats 43, 51: what is too long is refused before it is looked at, whatever it is. It takes no memory at all.
#[test]
fn threat_43_what_is_too_long_takes_no_memory() {
    for (name, text) in hostile(25_000_000) {
        for limits in [Limits::MESSAGE, Limits::METADATA] {
            let (most, read) = most(|| Document::parse(&text, limits).map(|_| ()));
            let fault = XmlFault::Limit { limit: Limit::Bytes, max: limits.bytes };
            assert_eq!((most, read.unwrap_err().fault), (0, fault), "{name}");
        }
    }
}

/// threats 43, 51: of a text as long as may be, no more than 40 bytes are taken for each of it: 40 MiB for a message,
/// 160 MiB for metadata. Where it is read, the most is that of its texts, nodes, attributes and declarations.
#[test]
fn threat_51_no_text_takes_more_than_40_times_its_length() {
    for limits in [Limits::MESSAGE, Limits::METADATA] {
        let (mut read, mut worst) = (0, 0);
        for (name, text) in hostile(limits.bytes) {
            let (most, document) = most(|| Document::parse(&text, limits));
            worst = worst.max(most);
            assert!(most <= 40 * limits.bytes, "{name}: {most}");
            if let Ok(document) = document {
                read += 1;
                assert_within_the_promise(name, &text, most, &document);
            }
        }
        assert_eq!(read, 12);
        // The bound says something: there is a text that comes near.
        assert!(worst > 30 * limits.bytes, "{worst}");
    }
}

/// What [`Limits`] promises of a document that is read.
#[track_caller]
fn assert_within_the_promise(name: &str, text: &[u8], most: usize, document: &Document<'_>) {
    let elements = document.elements();
    let parts = elements.fold(0, |parts, element| {
        let nodes = 1 + element.children().filter(|child| !matches!(child, Child::Element(_))).count();
        parts + nodes + element.attributes().len() + element.declarations().len()
    });
    // 16 KiB for what is there while it is read: open elements, the namespaces in force, one tag's attributes.
    assert!(
        most <= 3 * text.len() + 384 * parts + 16_384,
        "{name}: {most} of {parts} parts in {}",
        text.len()
    );
}

/// threat 43: what just fits takes what [`Limits`] promises, and one part more than the room that there is makes it grow.
#[test]
fn threat_43_what_just_fits_takes_what_is_promised() {
    let texts = [
        "<a>".repeat(64) + &"</a>".repeat(64),
        format!("<a>{}</a>", "<b/>".repeat(65_535)),
        format!("<a>{}</a>", "<b/>".repeat(32_768)),
        format!("<a>{}</a>", "<!---->".repeat(65_535)),
        format!("<a>{}</a>", "<b/>x".repeat(32_767)),
        format!("<a>{}</a>", "<b>&lt;</b>".repeat(32_767)),
        format!("<a>{}</a>", full(|name| format!(" {name}=''")).repeat(2_048)),
        format!("<a>{}</a>", full(|name| format!(" {name}='&lt;'")).repeat(1_024)),
        format!("<a>{}</a>", full(|name| format!(" xmlns:{name}='u:'")).repeat(1_024)),
    ];
    for text in texts {
        let before = HELD.get();
        let (most, document) = most(|| Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap());
        let name = &text[..40];
        assert_within_the_promise(name, text.as_bytes(), most, &document);
        let held = HELD.get() - before;
        assert!(held <= most, "{name}");
        drop(document);
        assert_eq!(HELD.get(), before, "{name}");
    }
}

/// threat 43: no document has a canonical form that is longer than 14 times what a text may be, and none takes more
/// memory than three times its form.
#[test]
fn threat_43_canonical_forms_are_bounded() {
    let limits = Limits::MESSAGE;
    let namespace = |bytes: usize, uses: usize| {
        let quotes = "\"".repeat(limits.bytes / 2);
        format!("<a b='{quotes}' xmlns:p='u:{}'>{}</a>", "u".repeat(bytes), "<p:b/>".repeat(uses))
    };
    // Each name takes ` xmlns:p="u:uuu"`: all but 13 bytes of the namespace itself.
    let most_uses = |bytes: usize| Limits::WRITTEN * limits.bytes / (bytes + 13);
    let mut texts: Vec<_> = hostile(limits.bytes).into_iter().map(|(_, text)| text).collect();
    for bytes in [100, 1_000, 10_000, 400_000] {
        let uses = most_uses(bytes).min(65_535);
        texts.push(namespace(bytes, uses).into_bytes());
        let beyond = Document::parse(namespace(bytes, uses + 1).as_bytes(), limits).unwrap_err().fault;
        let limit = XmlFault::Limit { limit: Limit::Written, max: Limits::WRITTEN * limits.bytes };
        let nodes = XmlFault::Limit { limit: Limit::Nodes, max: limits.nodes };
        assert_eq!(beyond, if bytes == 100 { nodes } else { limit });
    }
    let mut longest = 0;
    for text in &texts {
        let Ok(document) = Document::parse(text, limits) else { continue };
        for method in [Canonicalization::Inclusive, Canonicalization::Exclusive(&["#default", "_a"])] {
            let mut form = Vec::new();
            let (most, ()) =
                most(|| canonicalize(document.root(), method, Visibility::WithComments, None, &mut form));
            assert!(form.len() <= 14 * limits.bytes, "{}", form.len());
            assert!(most <= 3 * form.len() + 16_384, "{most} for {}", form.len());
            longest = longest.max(form.len());
        }
    }
    // The bound says something.
    assert!(longest > 10 * limits.bytes, "{longest}");
}
