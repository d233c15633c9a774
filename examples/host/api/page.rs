//! Bodies and queries as they are read, and pages of lists as they are written.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use crate::http::form::Form;

/// The scopes in a body, if there is one.
pub fn scopes(body: &[u8]) -> Result<Option<Vec<String>>, ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Scopes {
        scope: Option<Vec<String>>,
    }

    if body.is_empty() { Ok(None) } else { Ok(read::<Scopes>(body)?.scope) }
}

/// The JSON of a body.
pub fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request(format!("the body cannot be read: {error}")))
}

/// The parameters of a query; none is an empty one.
pub fn parameters(query: Option<&str>) -> Result<Form, ApiError> {
    Form::parse(query.unwrap_or_default().as_bytes())
        .map_err(|_| ApiError::bad_request("the query cannot be read"))
}

/// A page of a list as the platform has it: `pageNumber` from 1, `pageSize` 25 by default and 500 at most.
pub fn page(path: &str, query: Option<&str>, entities: Vec<Value>) -> Result<Value, ApiError> {
    let query = parameters(query)?;
    let number = |name: &str, default: usize, most: usize| match query.value(name).map(str::parse) {
        None => Ok(default),
        Some(Ok(number)) if (1..=most).contains(&number) => Ok(number),
        Some(_) => Err(ApiError::bad_request(format!("`{name}` is a number from 1 to {most}"))),
    };
    let (size, at) = (number("pageSize", 25, 500)?, number("pageNumber", 1, 100_000)?);
    let (total, pages) = (entities.len(), entities.len().div_ceil(size));
    let uri = |at: usize| format!("{path}?pageSize={size}&pageNumber={at}");
    let shown: Vec<Value> = entities.into_iter().skip((at - 1) * size).take(size).collect();
    let mut page = json!({
        "entities": shown, "pageSize": size, "pageNumber": at, "total": total, "pageCount": pages,
        "selfUri": uri(at), "firstUri": uri(1), "lastUri": uri(pages.max(1)),
    });
    if let Value::Object(members) = &mut page {
        let near =
            [("nextUri", (at < pages).then(|| uri(at + 1))), ("previousUri", (at > 1).then(|| uri(at - 1)))];
        members.extend(near.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    Ok(page)
}
