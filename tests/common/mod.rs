//! What the tests of the rules share: a server over the world of the fixtures, and everything that can be
//! done with it.
//!
//! Each test binary uses a part of it.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]

mod crowd;
mod house;
mod login;
mod operations;
mod pausing;
#[cfg(all(feature = "saml", feature = "aws-lc-rs"))]
pub mod sign_on;
mod spy;

pub use crowd::carry_out;
pub use crowd::copy;
pub use crowd::crowd;
pub use crowd::proposals;
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
pub use spy::Broken;
pub use spy::Call;
pub use spy::Fault;
pub use spy::Spy;
