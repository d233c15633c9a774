//! What a finding rests on, as data and in words.

use core::fmt;

use serde::Serialize;

use crate::audit::Actor;
use crate::value::Day;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;

/// What a finding rests on. Its serde form is the data alone: what it means says the finding's code.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Evidence {
    /// Nothing was used of it.
    Unused {
        /// Since when it could have been: its creation, its last change, or its approval.
        since: Timestamp,
        /// The last call; none where none is known.
        last_call: Option<Timestamp>,
        /// When a secret was last used.
        last_secret_use: Option<Timestamp>,
    },
    /// A request that waits.
    Waits {
        /// Since when.
        since: Timestamp,
        /// Who asked.
        by: Actor,
        /// For what.
        requested: Scopes,
    },
    /// Scopes for writing of which only reads were seen.
    OnlyRead {
        /// Since when.
        since: Timestamp,
        /// The scopes, and when each was last needed to read.
        scopes: Vec<(Scope, Timestamp)>,
    },
    /// Scopes that no call needed.
    NeverNeeded {
        /// Since when.
        since: Timestamp,
        /// The scopes, and when each was last needed before that, as far back as usage is kept.
        scopes: Vec<(Scope, Option<Timestamp>)>,
        /// The last call of the application.
        last_call: Timestamp,
    },
    /// What a role permits by wildcards.
    Wildcards {
        /// The first of its patterns with a wildcard: the widest.
        patterns: Vec<String>,
        /// How many there are more.
        more: usize,
    },
    /// In how many divisions a role is granted, beside all.
    Divisions {
        /// Whether it is granted in all.
        all: bool,
        /// How many are named.
        named: usize,
    },
    /// A role of which nothing was used.
    RoleUnused {
        /// Since when.
        since: Timestamp,
        /// How many patterns of permissions it has.
        permissions: usize,
        /// The last call of the client.
        last_call: Timestamp,
    },
    /// How long tokens live.
    Lifetime {
        /// In seconds, under the policy of the organization.
        seconds: u32,
        /// What is recommended.
        recommended: u32,
    },
    /// How old a secret is.
    SecretAge {
        /// When it was generated.
        created: Timestamp,
        /// Its age in whole days.
        days: i64,
        /// When it was last used.
        last_used: Option<Timestamp>,
    },
    /// A secret that was replaced.
    Replaced {
        /// When.
        replaced: Timestamp,
        /// When it was used since.
        last_used: Timestamp,
        /// When it ends.
        ends: Timestamp,
    },
    /// Something is not written down.
    NotWritten {
        /// When the client was created.
        created: Timestamp,
        /// By whom.
        created_by: Actor,
    },
    /// The end of the implicit grant.
    ImplicitEnds {
        /// When.
        ends: Timestamp,
        /// The whole days left; 0 on the last day and afterwards.
        days_left: i64,
    },
    /// PKCE is not required.
    PkceOptional,
    /// A deletion that waits for its time.
    Removal {
        /// When the client is removed.
        removal: Timestamp,
        /// When that was asked for.
        asked: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// A review was due.
    ReviewDue {
        /// When.
        due: Timestamp,
    },
    /// Calls that failed.
    Failed {
        /// How many.
        failed: u64,
        /// Of how many.
        calls: u64,
        /// In how many days.
        days: u16,
    },
    /// Calls of a week, and those of a week before.
    Unusual {
        /// How many calls the last seven whole days had.
        calls: u64,
        /// How many a week had on average, in the four weeks before.
        usual: u64,
    },
    /// The end of a certificate, or of metadata.
    Expires {
        /// The last instant.
        ends: Timestamp,
        /// Within how many days: 60, 30, 14, 7 or 1; 0 once it is over.
        days: u8,
        /// From when on no login by the identity provider works, unless its policy lets expired certificates pass.
        no_login_from: Timestamp,
        /// How many users are locked out then; none where another way in is open, or logins by it are not in use.
        locked_out: Option<u64>,
    },
    /// Scope checks pass, and are reported.
    NotEnforced,
    /// How many clients there are.
    Clients {
        /// How many.
        clients: u64,
        /// Of how many that may be.
        limit: u32,
    },
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused { since, last_call, last_secret_use } => {
                match last_call {
                    Some(at) => write!(f, "last call on {}", day(*at))?,
                    None => f.write_str("no call is known")?,
                }
                if let Some(at) = last_secret_use {
                    write!(f, "; a secret was last used on {}", day(*at))?;
                }
                write!(f, "; there since {}", day(*since))
            }
            Self::Waits { since, by, requested } => {
                write!(f, "asked for by {} on {}", Whom(by), day(*since))?;
                if requested.is_empty() { Ok(()) } else { write!(f, ": {requested}") }
            }
            Self::OnlyRead { since, scopes } => {
                write!(f, "since {} only reads were seen of ", day(*since))?;
                list(f, scopes, |f, (scope, at)| write!(f, "{scope} (last on {})", day(*at)))
            }
            Self::NeverNeeded { since, scopes, last_call } => {
                write!(f, "since {} no call needed ", day(*since))?;
                list(f, scopes, |f, (scope, at)| match at {
                    Some(at) => write!(f, "{scope} (before that on {})", day(*at)),
                    None => write!(f, "{scope}"),
                })?;
                write!(f, "; last call on {}", day(*last_call))
            }
            Self::Wildcards { patterns, more } => {
                f.write_str("permits ")?;
                list(f, patterns, |f, pattern| f.write_str(pattern))?;
                if *more == 0 { Ok(()) } else { write!(f, " and {more} more with wildcards") }
            }
            Self::Divisions { all, named } => match (all, named) {
                (true, 0) => f.write_str("granted in all divisions"),
                (true, named) => write!(f, "granted in all divisions, and in {named} by name"),
                (false, named) => write!(f, "granted in {named} divisions"),
            },
            Self::RoleUnused { since, permissions, last_call } => {
                let (since, last_call) = (day(*since), day(*last_call));
                match permissions {
                    1 => f.write_str("its permission was not needed")?,
                    permissions => write!(f, "none of its {permissions} permissions was needed")?,
                }
                write!(f, " since {since}; last call on {last_call}")
            }
            Self::Lifetime { seconds, recommended } => {
                write!(f, "tokens live {seconds} s; {recommended} s are recommended")
            }
            Self::SecretAge { created, days, last_used } => {
                write!(f, "generated on {}, {days} days ago; ", day(*created))?;
                match last_used {
                    Some(at) => write!(f, "last used on {}", day(*at)),
                    None => f.write_str("never used"),
                }
            }
            Self::Replaced { replaced, last_used, ends } => {
                write!(f, "replaced at {replaced}, used at {last_used}, and ends at {ends}")
            }
            Self::NotWritten { created, created_by } => {
                write!(f, "created on {} by {}", day(*created), Whom(created_by))
            }
            Self::ImplicitEnds { ends, days_left } => match days_left {
                0 => write!(f, "stops working at {ends}"),
                days => write!(f, "stops working at {ends}, in {days} days"),
            },
            Self::PkceOptional => f.write_str("a login without a code challenge is served"),
            Self::Removal { removal, asked, by } => {
                write!(f, "is removed at {removal}, as {} asked on {}", Whom(by), day(*asked))
            }
            Self::ReviewDue { due } => write!(f, "was to be reviewed on {}", day(*due)),
            Self::Failed { failed, calls, days } => {
                write!(f, "{failed} of {calls} calls failed in {days} days")
            }
            Self::Unusual { calls, usual } => {
                write!(f, "{calls} calls in the last seven days; {usual} a week in the four weeks before")
            }
            Self::Expires { ends, days, no_login_from, locked_out } => {
                match days {
                    0 => write!(f, "ended at {ends}")?,
                    1 => write!(f, "ends at {ends}, within a day")?,
                    days => write!(f, "ends at {ends}, within {days} days")?,
                }
                write!(f, "; no login by the identity provider works from {no_login_from} on")?;
                match locked_out {
                    Some(users) => write!(f, ", and {users} users are locked out then"),
                    None => Ok(()),
                }
            }
            Self::NotEnforced => f.write_str("scope checks pass, and are only reported"),
            Self::Clients { clients, limit } => write!(f, "{clients} clients of {limit}"),
        }
    }
}

/// Who acted: a user is one of the organization that is reviewed.
struct Whom<'a>(&'a Actor);

impl fmt::Display for Whom<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Actor::User { user, .. } => write!(f, "user {user}"),
            Actor::Client(_) | Actor::IdentityProvider { .. } | Actor::Operator | Actor::Sweep => {
                self.0.fmt(f)
            }
        }
    }
}

fn day(at: Timestamp) -> Day {
    Day::of(at)
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    each: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        each(f, item)?;
    }
    Ok(())
}
