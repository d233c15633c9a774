//! A record's fields, traced through their changes.

use std::collections::BTreeMap;

use crate::audit::FieldChange;

/// The fields of one record, of those names that are traced.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    fields: BTreeMap<&'static str, Field>,
}

/// One field: how often each text was come to, less how often it was left. It begins with no text at all, come to once. Whatever
/// the order of the changes, one text is left over at the end: the one that it has.
#[derive(Clone, Debug)]
struct Field {
    texts: Vec<(Option<String>, i64)>,
    latest: Option<String>,
}

impl Traced {
    /// No change yet.
    pub(super) fn new(names: &[&'static str]) -> Self {
        let field = || Field { texts: vec![(None, 1)], latest: None };
        Self { fields: names.iter().map(|name| (*name, field())).collect() }
    }

    pub(super) fn apply(&mut self, changes: &[FieldChange]) {
        for change in changes {
            if let Some(field) = self.fields.get_mut(change.field.as_ref()) {
                field.count(&change.before, -1);
                field.count(&change.after, 1);
                field.latest.clone_from(&change.after);
            }
        }
    }

    /// The text of the field; none where it has none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.text().0
    }

    /// Whether each field comes from nothing to what it is.
    pub(super) fn is_complete(&self) -> bool {
        self.fields.values().all(|field| field.text().1)
    }

    /// Whether any field has a text: a record that is not there has none.
    pub(super) fn is_there(&self) -> bool {
        self.fields.values().any(|field| field.text().0.is_some())
    }
}

impl Field {
    fn count(&mut self, text: &Option<String>, by: i64) {
        match self.texts.iter_mut().find(|(there, _)| there == text) {
            Some((_, count)) => *count = count.saturating_add(by),
            None => self.texts.push((text.clone(), by)),
        }
        self.texts.retain(|(_, count)| *count != 0);
    }

    /// What is left over, and whether it is one text, once; and else the latest that was come to.
    fn text(&self) -> (Option<&str>, bool) {
        match self.texts.as_slice() {
            [(text, 1)] => (text.as_deref(), true),
            _ => (self.latest.as_deref(), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn change([before, after]: [Option<&str>; 2]) -> FieldChange {
        let [before, after] = [before, after].map(|text| text.map(str::to_owned));
        FieldChange { field: Cow::Borrowed("name"), before, after }
    }

    proptest! {
        /// GV-01: the events of one second have no order, and give the same.
        #[test]
        fn gv_01_the_order_of_changes_does_not_matter(
            path in prop::collection::vec(prop::option::of("[abc]"), 1..12),
            keys in prop::collection::vec(any::<u32>(), 12),
        ) {
            let texts: Vec<Option<&str>> = core::iter::once(None).chain(path.iter().map(Option::as_deref)).collect();
            let mut changes: Vec<_> = texts.windows(2).map(|pair| change([pair[0], pair[1]])).zip(keys).collect();
            changes.sort_by_key(|(_, key)| *key);
            let mut traced = Traced::new(&["name"]);
            changes.iter().for_each(|(change, _)| traced.apply(core::slice::from_ref(change)));
            prop_assert_eq!(traced.text("name"), path[path.len() - 1].as_deref());
            prop_assert!(traced.is_complete());
        }
    }

    /// GV-01: a gap is seen, and the latest is told.
    #[test]
    fn gv_01_a_missing_change_is_seen() {
        let mut traced = Traced::new(&["name"]);
        traced.apply(&[change([Some("b"), Some("c")])]);
        assert_eq!((traced.text("name"), traced.is_complete()), (Some("c"), false));
        traced.apply(&[change([None, Some("a")]), change([Some("a"), Some("b")])]);
        assert_eq!((traced.text("name"), traced.is_complete()), (Some("c"), true), "they came late");
    }
}
