//! That a picture in SVG is a picture and nothing else.

use crate::saml::xml::Document;
use crate::saml::xml::Element;
use crate::saml::xml::Limits;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Why a picture in SVG is not shown: it is no SVG, or it holds what acts, or what is fetched.
pub fn check_svg(bytes: &[u8]) -> Result<(), &'static str> {
    let document = Document::parse(bytes, Limits::MESSAGE).map_err(|_| "is no well-formed SVG")?;
    if !document.root().is(SVG, "svg") {
        return Err("is no SVG");
    }
    let acts = |element: Element<'_>| {
        let is_active = matches!(
            element.local().to_ascii_lowercase().as_str(),
            "script"
                | "foreignobject"
                | "iframe"
                | "object"
                | "embed"
                | "handler"
                | "listener"
                // What animates can set any attribute later, a reference or what acts among them.
                | "set"
                | "discard"
        ) || element.local().to_ascii_lowercase().starts_with("animate");
        let handles =
            element.attributes().iter().any(|found| found.local.to_ascii_lowercase().starts_with("on"));
        is_active || handles || element.namespace() != SVG && !is_about(element)
    };
    // A style sheet can fetch by `url(…)` and `@import`; a reference stays in the document, or holds its own picture.
    let fetches = |element: Element<'_>| {
        element.attributes().iter().any(|found| {
            let value = found.value.trim_start().to_ascii_lowercase();
            match found.local {
                // A picture in SVG within this one would be another that is not looked at.
                "href" | "src" => {
                    !value.starts_with('#')
                        && (!value.starts_with("data:image/") || value.starts_with("data:image/svg"))
                }
                // What references are relative to (XML Base §3).
                "base" => true,
                _ => leads_out(&value),
            }
        }) || element.local() == "style"
            && element.text().map_or(true, |style| leads_out(&style.to_ascii_lowercase()))
    };
    if document.elements().any(acts) {
        return Err("holds something that acts, such as a script");
    }
    if document.elements().any(fetches) {
        return Err("refers to something outside of it");
    }
    Ok(())
}

/// What drawing programs write about a picture: it is not drawn.
fn is_about(element: Element<'_>) -> bool {
    element.ancestors().any(|above| above.is(SVG, "metadata"))
}

/// Whether a style leads out of the document.
fn leads_out(style: &str) -> bool {
    let references = style.split("url(").skip(1).map(|after| after.trim_start_matches([' ', '"', '\'']));
    style.contains("@import")
        || style.contains("image-set(")
        || style.contains('\\')
        || references.clone().any(|target| !target.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(content: &str) -> String {
        format!("<svg xmlns='{SVG}' xmlns:xlink='http://www.w3.org/1999/xlink'>{content}</svg>")
    }

    /// SA-01: a logo is a picture: nothing in it runs, and nothing is fetched for it.
    #[test]
    fn sa_01_a_logo_in_svg_neither_acts_nor_fetches() {
        for good in [
            "<path d='M0 0h9'/>",
            "<style>.a{fill:url(#g)}</style><use xlink:href='#a'/>",
            "<image href='data:image/png;base64,AA=='/>",
            "<metadata><x:about xmlns:x='urn:x'/></metadata>",
            "<rect style='fill: url( \"#g\" )'/>",
        ] {
            assert_eq!(check_svg(svg(good).as_bytes()), Ok(()), "{good}");
        }
        for bad in [
            "<script/>",
            "<SCRIPT/>",
            "<rect onclick='a()'/>",
            "<rect onLoad='a()'/>",
            "<foreignObject/>",
            "<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='a'/>",
            "<image href='https://evil.example/a.png'/>",
            "<image xlink:href='//evil.example/a.png'/>",
            "<a href=' javascript:a()'/>",
            "<use href='data:text/html,a'/>",
            "<rect style='fill:url(https://evil.example)'/>",
            "<rect fill='url(//evil.example)'/>",
            "<style>@import 'https://evil.example'</style>",
            "<style>a{b:\\75rl(//evil.example)}</style>",
            "<style>a<!-- -->b</style>",
            "<a><set attributeName='href' to='javascript:a()'/></a>",
            "<a><animate attributeName='xlink:href' values='javascript:a();#a'/></a>",
            "<rect><animate attributeName='onclick' to='a()'/></rect>",
            "<use href='data:image/svg+xml;base64,PHN2Zy8+#a'/>",
            "<image href='DATA:image/SVG+xml,a'/>",
            "<g xml:base='https://evil.example/'><use href='#a'/></g>",
            "<style>a{background:image-set('https://evil.example/a' 1x)}</style>",
            "<style>a{background:-webkit-image-set('//evil.example/a' 1x)}</style>",
        ] {
            assert!(check_svg(svg(bad).as_bytes()).is_err(), "{bad}");
        }
        assert!(check_svg(b"<svg/>").is_err(), "of no namespace");
        assert!(check_svg(b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
    }
}
