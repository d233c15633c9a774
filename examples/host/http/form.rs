//! Forms of our own pages: read strictly, and with several values under one name, as check boxes have them.

/// The values of a form, in their order.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// The body is no form.
#[derive(Debug)]
pub struct BadForm;

impl Form {
    /// The most fields. A client may have 125 redirect URIs, and they come in one field.
    const MOST: usize = 1_000;

    /// Reads a form, or the query of a URL.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadForm> {
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == Self::MOST {
                return Err(BadForm);
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            fields.push((decode(name)?, decode(value)?));
        }
        Ok(Self(fields))
    }

    /// A form that was read elsewhere.
    pub fn of_fields(fields: Vec<(String, String)>) -> Result<Self, BadForm> {
        let is_text = |(name, value): &(String, String)| is_plain(name) && is_plain(value);
        if fields.len() <= Self::MOST && fields.iter().all(is_text) { Ok(Self(fields)) } else { Err(BadForm) }
    }

    /// The first value that is not empty under this name, without spaces around it.
    pub fn value(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| value.trim()).find(|value| !value.is_empty())
    }

    /// The first value under this name as it was typed.
    pub fn exact(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same as [`value`](Self::value), or an empty text.
    pub fn text(&self, name: &str) -> String {
        self.value(name).unwrap_or_default().to_owned()
    }

    /// Every value that is not empty under this name.
    pub fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The lines under this name that are not empty.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.values(name).flat_map(str::lines).map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

fn decode(text: &[u8]) -> Result<String, BadForm> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| value_of(*digit)));
                let [Some(high), Some(low)] = digits else { return Err(BadForm) };
                high * 16 + low
            }
            other => *other,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| BadForm)?;
    if is_plain(&text) { Ok(text) } else { Err(BadForm) }
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|character| !character.is_control() || matches!(character, '\n' | '\r' | '\t'))
}

fn value_of(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The text as a value in a query.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
        encoded
    })
}
