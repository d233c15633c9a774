//! Identifiers, instants, durations and counters.

use core::fmt;
use core::ops::RangeInclusive;

use proptest::prelude::*;
use proptest::sample::select;
use uuid::Builder;
use uuid::Uuid;

use super::spoil::Flaw;
use super::spoil::spoiled;
use crate::model::IdleTimeout;
use crate::model::ImplicitSunset;
use crate::model::Overlap;
use crate::value::Epoch;
use crate::value::EventId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// An identifier of whatever type is asked for, of random bytes.
pub fn id<T: From<Uuid> + fmt::Debug>() -> impl Strategy<Value = T> {
    any::<[u8; 16]>().prop_map(|bytes| T::from(Builder::from_random_bytes(bytes).into_uuid()))
}

/// The identifier of an event at any instant.
pub fn event_id() -> impl Strategy<Value = EventId> {
    (timestamp(), any::<[u8; 10]>()).prop_map(|(at, random)| EventId::at(at, random))
}

/// Nearly an identifier: without its hyphens, in braces, cut short, with a letter that is no digit.
pub fn nearly_id() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |id| id.replace('-', ""),
        |id| format!("{{{id}}}"),
        |id| format!("urn:uuid:{id}"),
        |id| format!(" {id}"),
        |id| format!("{id}\n"),
        |id| id[1..].to_owned(),
        |id| format!("{id}0"),
        |id| id.replacen('-', "_", 1),
        |id| format!("g{}", &id[1..]),
        |id| format!("{}-{}", &id[..7], &id[8..]),
        |id| id.replacen('4', "４", 1),
    ];
    spoiled(id::<Uuid>().prop_map(|id| id.hyphenated().to_string()), FLAWS)
}

/// An instant: mostly of 1970 to 2100, now and then far from it, or the first or last there is.
pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    let seconds = prop_oneof![
        16 => 0..=4_102_444_800_i64,
        2 => any::<i64>(),
        1 => select(&[i64::MIN, i64::MAX][..]),
    ];
    seconds.prop_map(Timestamp::from_unix)
}

/// A lifetime that any client may have: 300 to 172 800 s.
pub fn lifetime() -> impl Strategy<Value = TokenLifetime> {
    within(300..=172_800).prop_map(|seconds| TokenLifetime::from_seconds(seconds).expect("a lifetime"))
}

/// A lifetime that a client for SCIM may have: 300 to 38 880 000 s.
pub fn scim_lifetime() -> impl Strategy<Value = TokenLifetime> {
    within(300..=38_880_000).prop_map(|seconds| TokenLifetime::from_seconds(seconds).expect("a lifetime"))
}

/// Seconds that are no lifetime: often too few or too many by one.
pub fn nearly_lifetime() -> impl Strategy<Value = u32> {
    outside(300..=38_880_000)
}

/// An overlap of two secrets: 1 to 604 800 s.
pub fn overlap() -> impl Strategy<Value = Overlap> {
    within(1..=604_800).prop_map(|seconds| Overlap::from_seconds(seconds).expect("an overlap"))
}

/// Seconds that are no overlap: often too few or too many by one.
pub fn nearly_overlap() -> impl Strategy<Value = u32> {
    outside(1..=604_800)
}

/// An idle timeout: 300 to 28 800 s.
pub fn idle_timeout() -> impl Strategy<Value = IdleTimeout> {
    within(300..=28_800).prop_map(|seconds| IdleTimeout::from_seconds(seconds).expect("an idle timeout"))
}

/// Seconds that are no idle timeout: often too few or too many by one.
pub fn nearly_idle_timeout() -> impl Strategy<Value = u32> {
    outside(300..=28_800)
}

/// An epoch: one of the first few.
pub fn epoch() -> impl Strategy<Value = Epoch> {
    (0..4_u8).prop_map(|count| (0..count).fold(Epoch::FIRST, |epoch, _| epoch.next()))
}

/// An end of the implicit grant, at any two instants.
pub fn implicit_sunset() -> impl Strategy<Value = ImplicitSunset> {
    (timestamp(), timestamp())
        .prop_map(|(creation_ends, use_ends)| ImplicitSunset { creation_ends, use_ends })
}

/// A number of the range, often at one of its ends.
fn within(range: RangeInclusive<u32>) -> impl Strategy<Value = u32> {
    let ends = [*range.start(), *range.end()];
    prop_oneof![4 => range, 1 => select(ends.to_vec())]
}

/// A number out of the range, often next to one of its ends. The range starts above 0.
fn outside(range: RangeInclusive<u32>) -> impl Strategy<Value = u32> {
    let next = [range.start() - 1, range.end() + 1, 0, u32::MAX];
    prop_oneof![select(next.to_vec()), 0..*range.start(), range.end() + 1..=u32::MAX]
}
