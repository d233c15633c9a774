//! The state of the seal on the trail, and its verification: some seals for each request, with a link to go on.

use axum::extract::RawQuery;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::audit::TrailAnchor;
use grantor::audit::TrailDigest;
use grantor::change::Problems;
use grantor::change::Reason;
use grantor::review::trail::TrailCursor;
use grantor::review::trail::TrailVerification;
use maud::Markup;
use maud::html;

use super::with_problems;
use crate::console::Answer;
use crate::console::Failure;
use crate::console::Section;
use crate::console::parts::Field;
use crate::console::parts::capital;
use crate::console::parts::summary;
use crate::console::shown;
use crate::host::Shared;
use crate::host::now;
use crate::http::form::Form;
use crate::http::form::encoded;
use crate::http::session::SignedIn;

/// How many seals are looked at for one request, of 500 events at most each.
const SEALS: u16 = 20;

/// How far the trail is sealed, and the form that verifies it.
pub fn state(anchor: Option<&TrailAnchor>) -> Markup {
    html! {
        section.panel aria-labelledby="sealed" {
            h2 #sealed { "Seal" }
            @match anchor {
                Some(anchor) => {
                    p { "Sealed up to number " strong { (anchor.number) } ", with the digest " code { (anchor.digest) } "." }
                    p.hint { "Keep number and digest where nobody who can write to the database can write to: with them, verifying shows whether the trail was made anew since." }
                }
                None => p { "Nothing is sealed yet. Events are sealed once they are five minutes old." },
            }
            (asking(("", ""), &Problems::none()))
        }
    }
}

fn asking((number, digest): (&str, &str), problems: &Problems) -> Markup {
    let field = |name, label, hint, value| Field { name, label, hint, value, required: false };
    html! {
        (summary(problems))
        form method="get" action="/console/audit/verify" {
            details open[!number.is_empty() || !digest.is_empty()] {
                summary { "With an anchor that was kept elsewhere" }
                (field("number", "Number", "", number).input("text", problems))
                (field("digest", "Digest", "43 characters.", digest).input("text", problems))
            }
            button type="submit" { "Verify" }
        }
    }
}

/// `?number=…&digest=…`, both or neither, and where to go on.
pub async fn verify(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let form = super::form(query)?;
    let (number, digest) = (form.text("number"), form.text("digest"));
    let administration = host.administration(signed_in.who());
    let body = match anchor_of(&form) {
        Err(problems) => {
            // Whoever may not see the trail is told that, and not what is wrong with the anchor.
            let _allowed = administration.trail_anchor(now()).await?;
            let page = shown(
                &host,
                &signed_in,
                Section::Audit,
                "Verify the trail",
                asking((&number, &digest), &problems),
            );
            return Ok(with_problems(true, page));
        }
        Ok(anchor) => {
            let from = from(&form)?;
            let found = administration.verify_trail(from, anchor.as_ref(), SEALS, now()).await?;
            let path =
                format!("/console/audit/verify?number={}&digest={}&", encoded(&number), encoded(&digest));
            page(&found, &path)
        }
    };
    Ok(shown(&host, &signed_in, Section::Audit, "Verify the trail", body))
}

fn page(found: &TrailVerification, path: &str) -> Markup {
    html! {
        p.lead { "Whether the events are those that were sealed, and the seals follow each other." }
        @if found.findings.is_empty() {
            p.good { "Nothing is wrong with the " (found.events) " events that were looked at here." }
        } @else {
            p.alert { "Of " (found.events) " events that were looked at here:" }
            table {
                thead { tr { th scope="col" { "What is wrong" } th scope="col" { "What to do" } th scope="col" { "Code" } } }
                tbody { @for finding in &found.findings { tr {
                    th scope="row" { (capital(&finding.to_string())) "." }
                    td data-label="What to do" { (capital(&finding.remedy())) "." }
                    td data-label="Code" { code { (finding.code()) } }
                } } }
            }
        }
        @match &found.next {
            Some(cursor) => {
                p { "The trail goes on." }
                nav.more aria-label="Pages" { a.button href={ (path) "from=" (written(cursor)) } { "Verify what follows" } }
            }
            None => {
                @match &found.anchor {
                    Some(anchor) => p { "That is the end of what is sealed: number " strong { (anchor.number) } ", digest " code { (anchor.digest) } "." },
                    None => p { "Nothing is sealed yet. Events are sealed once they are five minutes old." },
                }
            }
        }
        p { a href="/console/audit" { "Back to the audit trail" } }
    }
}

/// The anchor that was entered, if one was.
fn anchor_of(form: &Form) -> Result<Option<TrailAnchor>, Problems> {
    let (number, digest) = (form.value("number"), form.value("digest"));
    if number.is_none() && digest.is_none() {
        return Ok(None);
    }
    let mut problems = Problems::none();
    let number = number.and_then(|text| text.parse().ok());
    if number.is_none() {
        problems.note(
            "number",
            "bad.anchor.number",
            "an anchor has a number",
            "enter the number that was kept with the digest",
        );
    }
    let digest = TrailDigest::try_from(form.text("digest"));
    let digest = digest.map_err(|error| {
        problems.note(
            "digest",
            "bad.anchor.digest",
            error,
            "copy the digest whole, as it was kept with the number",
        );
    });
    match (number, digest) {
        (Some(number), Ok(digest)) => Ok(Some(TrailAnchor { number, digest })),
        _ => Err(problems),
    }
}

/// Where to go on, as it stands in a query.
fn written(cursor: &TrailCursor) -> String {
    serde_json::to_vec(cursor).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
}

fn from(form: &Form) -> Answer<Option<TrailCursor>> {
    let Some(text) = form.value("from") else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor.map(Some).ok_or(Failure::BadRequest("It does not say where to go on: begin to verify anew."))
}
