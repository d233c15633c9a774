//! The proof of the gate (threats 28, 29, 30): every state of every layer against every state of every other.
//!
//! What is expected is a table of its own, written from the rules and not from the gate: [`layers`] says of
//! each state of a layer which reasons it would give for refusing. Allowed is what no layer refuses, and the
//! reason that is reported is one of the first layer that does, in the order organization, client,
//! authorization, family, consent, user, token.

mod absorbing;
mod call;
mod disagreements;
mod explaining;
mod issuing;
mod layers;
mod roles;
mod rules;
mod using;
mod world;
