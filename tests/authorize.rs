//! The front channel: the authorization endpoint, the pages that ask, and their answers (GR-03, GR-05, GR-11,
//! GR-12, AA-03 to AA-05, AA-12 to AA-15, CL-05, CL-06, CL-12, threats 1 to 7, 14, 35, 37, 40, 42 and 44).
#![cfg(feature = "testing")]

mod common;

#[path = "authorize/anything.rs"]
mod anything;
#[path = "authorize/approval.rs"]
mod approval;
#[path = "authorize/browser.rs"]
mod browser;
#[path = "authorize/consent.rs"]
mod consent;
#[path = "authorize/malformed.rs"]
mod malformed;
#[path = "authorize/meanwhile.rs"]
mod meanwhile;
#[path = "authorize/pages.rs"]
mod pages;
#[path = "authorize/redirects.rs"]
mod redirects;
#[path = "authorize/refusals.rs"]
mod refusals;
#[path = "authorize/requests.rs"]
mod requests;
#[path = "authorize/vectors.rs"]
mod vectors;
