//! From what is in a file to the XML.

use std::borrow::Cow;
use std::str::FromStr;

use grantor::saml::bearer::BearerError;
use grantor::saml::bearer::decode_assertion;
use grantor::saml::response::EncodingError;
use grantor::saml::response::decode_post;
use grantor::saml::xml::Limits;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::verdict::Fault;

#[derive(Clone, Copy)]
pub enum Encoding {
    Xml,
    Base64,
    Deflate,
}

impl FromStr for Encoding {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "xml" => Ok(Self::Xml),
            "base64" => Ok(Self::Base64),
            "deflate" => Ok(Self::Deflate),
            _ => Err("an encoding is `xml`, `base64` or `deflate`"),
        }
    }
}

/// The XML of a response.
pub fn response(file: &[u8], encoding: Encoding) -> Result<Cow<'_, [u8]>, Fault> {
    let text = || str::from_utf8(file).map_err(|_| EncodingError::Base64);
    match encoding {
        Encoding::Xml => Ok(file.into()),
        Encoding::Base64 => Ok(text().and_then(decode_post)?.into()),
        Encoding::Deflate => Ok(inflate(&text().and_then(decode_post)?)?.into()),
    }
}

/// The XML of an assertion of a grant. The arguments let none be compressed.
pub fn assertion(file: &[u8], encoding: Encoding) -> Result<Cow<'_, [u8]>, Fault> {
    match encoding {
        Encoding::Xml => Ok(file.into()),
        Encoding::Base64 | Encoding::Deflate => {
            let text = str::from_utf8(file).map_err(|_| BearerError::Base64)?;
            // What ends the line in a file is not of the parameter.
            Ok(decode_assertion(text.trim_end_matches(['\r', '\n']))?.into())
        }
    }
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    decompress_to_vec_with_limit(bytes, Limits::MESSAGE.bytes).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => EncodingError::TooLong.into(),
        _ => Fault::not_deflated(),
    })
}
