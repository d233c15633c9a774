//! Reading files, of which no more is read than could be judged.

use std::fs::File;
use std::io;
use std::io::Read;

use grantor::saml::response::MAX_POST;
use grantor::saml::xml::Limits;

use super::arguments::Wrong;

/// The longest message there is, whatever it is encoded in, and a byte more: that one is refused as too long.
const MESSAGE: usize = MAX_POST + 1;
/// The same of metadata, which a certificate or a key is never as long as.
const METADATA: usize = Limits::METADATA.bytes + 1;

/// The message in the file, or in the standard input.
pub fn message(name: &str, stdin: &mut impl Read) -> Result<Vec<u8>, Wrong> {
    let read = if name == "-" { read(stdin, MESSAGE) } else { read_file(name, MESSAGE) };
    read.map_err(|error| unreadable(name, &error))
}

/// What the identity provider, or this service, is known by.
pub fn setting(name: &str) -> Result<Vec<u8>, Wrong> {
    read_file(name, METADATA).map_err(|error| unreadable(name, &error))
}

fn read_file(name: &str, most: usize) -> io::Result<Vec<u8>> {
    read(&mut File::open(name)?, most)
}

fn read(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(name: &str, error: &io::Error) -> Wrong {
    Wrong(format!("`{name}` cannot be read: {error}"))
}
