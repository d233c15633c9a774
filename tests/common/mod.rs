//! What the tests of the rules share: a server over the world of the fixtures, and everything that can be
//! done with it.
//!
//! Each test binary uses a part of it.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]

mod house;
mod login;
mod operations;
mod pausing;
mod proposals;
#[cfg(all(feature = "saml", feature = "aws-lc-rs"))]
pub mod sign_on;
mod spy;

pub use house::House;
pub use house::LAPSED;
pub use house::NEWCOMER;
pub use house::TESTED;
pub use house::Told;
pub use house::WITHDRAWN;
pub use house::assert_same;
pub use house::basic;
pub use house::catalog;
pub use house::code;
pub use house::denied;
pub use house::done;
pub use house::draft;
pub use house::told;
pub use login::location;
pub use login::sent_back;
pub use login::visit_and_agree;
pub use operations::OPERATIONS;
pub use operations::Operation;
pub use operations::PERMISSIONS;
pub use operations::Subjects;
pub use operations::tested_provider;
pub use pausing::Pausing;
pub use proposals::carry_out;
pub use proposals::copy;
pub use proposals::crowd;
pub use proposals::proposals;
pub use proposals::uris;
pub use spy::Broken;
pub use spy::Call;
pub use spy::Fault;
pub use spy::Spy;
