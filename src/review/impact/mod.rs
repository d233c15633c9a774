//! What a change would stop from working, before it is made (GV-04).
//!
//! The change is decided by the function that makes it, and what it would write is put in the place of what is there, in a
//! copy. The gate is then asked of each token that is looked at, by the records and by the copy. Nothing is written.
//!
//! # How many, and how sure
//!
//! Tokens are not counted one by one: revoking an application costs the same with a million tokens as with ten, and so
//! does asking what it would do. A client's tokens are listed by their digests, which are spread evenly. A [`Sample`] of
//! the first of them tells how many there are, of which the gate finds how many live, and how many of those would stop.
//! An [`Estimate`](crate::value::Estimate) says between which numbers it is; a sample that is the whole list is exact.
//!
//! Where a change reaches more than [`Impact::MOST_PLACES`] organizations or applications, the first of them are looked
//! at, this organization before all others, and the numbers are told as "at least".
//!
//! Of some things nobody can say how many there are: logins by a redirect URI that goes, calls without a scope that is to be
//! enforced. Those are named, each as a [`NoLonger`].

mod no_longer;
mod report;
mod sample;

pub use no_longer::NoLonger;
pub use report::AffectedApplication;
pub use report::EndingSecret;
pub use report::Impact;
pub use report::Lost;
pub use report::OnSignOn;
pub use report::Shortened;
pub use sample::Sample;
