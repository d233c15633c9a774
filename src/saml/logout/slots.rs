//! The elements that stand in an element, as the schema has them.

use super::LogoutError;
use crate::saml::excerpt::excerpt;
use crate::saml::view::View;

/// An element that may stand in another.
pub struct Slot {
    namespace: &'static str,
    local: &'static str,
    how_many: HowMany,
}

enum HowMany {
    One,
    AtMostOne,
    AnyNumber,
}

impl Slot {
    pub const fn one(namespace: &'static str, local: &'static str) -> Self {
        Self { namespace, local, how_many: HowMany::One }
    }

    pub const fn at_most_one(namespace: &'static str, local: &'static str) -> Self {
        Self { namespace, local, how_many: HowMany::AtMostOne }
    }

    pub const fn any_number(namespace: &'static str, local: &'static str) -> Self {
        Self { namespace, local, how_many: HowMany::AnyNumber }
    }
}

/// The elements in this one, by slot: in the order of the slots, each as often as it may be, and no others.
pub fn children<'d, const N: usize>(
    within: View<'d>,
    slots: &[Slot; N],
) -> Result<[Vec<View<'d>>; N], LogoutError> {
    let mut found = [const { Vec::new() }; N];
    let mut earliest = 0;
    for element in within.elements() {
        let place = slots.iter().position(|slot| element.is(slot.namespace, slot.local));
        let place = place
            .filter(|place| *place >= earliest)
            .ok_or_else(|| LogoutError::Unexpected { found: excerpt(element.local()) })?;
        earliest = place;
        if let Some(there) = found.get_mut(place) {
            there.push(element);
        }
    }
    for (slot, there) in slots.iter().zip(&found) {
        match (&slot.how_many, there.len()) {
            (HowMany::One, 0) => return Err(LogoutError::Missing { part: slot.local }),
            (HowMany::One | HowMany::AtMostOne, 2..) => {
                return Err(LogoutError::Repeated { part: slot.local });
            }
            (HowMany::One, 1) | (HowMany::AtMostOne, 0 | 1) | (HowMany::AnyNumber, _) => {}
        }
    }
    Ok(found)
}
