//! Where the fixtures are read.

use std::env;
use std::path::PathBuf;

/// The fixtures: those that were made afresh where the environment says where, and those that are kept otherwise.
///
/// `GRANTOR_SAML_FIXTURES` is what `tests/saml/make/make.sh` was given, as an absolute path.
pub fn fixtures() -> PathBuf {
    let kept = || concat!(env!("CARGO_MANIFEST_DIR"), "/tests/saml/fixtures").into();
    env::var_os("GRANTOR_SAML_FIXTURES").map_or_else(kept, PathBuf::from)
}
