//! Whether operations that met ended as if one had come after the other (ST-02).

use core::fmt::Debug;
use core::fmt::Write;
use std::sync::Arc;

use super::Cause;
use super::End;
use super::Scenario;
use super::Stepped;
use super::execution::caught;
use super::scenario::Waits;
use super::scenario::drive;
use crate::store::Store;

/// What an answer says of its operation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Effect<A> {
    /// It came to its end, with this to show: some serial order must give the same. A refusal that was
    /// decided is such an end too.
    Happened(A),
    /// It changed nothing: an error that says so.
    DidNot,
    /// It happened or not; an error that does not say which.
    Unknown,
}

/// The ends of all serial orders: of each operation alone, of each two, and so on, and of none.
pub(super) struct SerialOrders<'s, A, O> {
    names: Vec<&'s str>,
    orders: Vec<SerialOrder<A, O>>,
}

struct SerialOrder<A, O> {
    /// Which operation did what, in their order.
    effects: Vec<(usize, Effect<A>)>,
    observation: O,
}

impl<'s, A: Debug + Eq, O: Debug + Eq> SerialOrders<'s, A, O> {
    pub(super) fn of<S: Store, T>(
        scenario: &'s Scenario<'_, S, T>,
        effect: &impl Fn(&T) -> Effect<A>,
        observe: &impl Fn(&Stepped<S>) -> O,
    ) -> Result<Self, Cause> {
        let names = scenario.names();
        let run = |order: Vec<usize>| SerialOrder::run(scenario, &order, effect, observe);
        let orders = orders_of(names.len()).into_iter().map(run).collect::<Result<_, Cause>>()?;
        Ok(Self { names, orders })
    }

    /// Passes where one of the orders explains the end.
    pub(super) fn explain<S, T>(
        &self,
        end: &End<S, T>,
        effect: &impl Fn(&T) -> Effect<A>,
        observe: &impl Fn(&Stepped<S>) -> O,
    ) -> Result<(), String> {
        let answered = |outcome: &super::Outcome<T>| outcome.answer().map_or(Effect::Unknown, effect);
        let effects: Vec<Effect<A>> = end.outcomes().iter().map(answered).collect();
        let observation = observe(end.store());
        match self.orders.iter().any(|order| order.explains(end, &effects, &observation)) {
            true => Ok(()),
            false => Err(self.words(&effects, &observation)),
        }
    }

    fn words(&self, effects: &[Effect<A>], observation: &O) -> String {
        let mut words =
            format!("no serial order ends so: {effects:?}, leaving {observation:?}; those that are there:");
        for order in &self.orders {
            let name = |at: usize| self.names.get(at).copied().unwrap_or_default();
            let effects: Vec<_> = order.effects.iter().map(|(at, effect)| (name(*at), effect)).collect();
            let _ = write!(words, "\n      {effects:?}, leaving {:?}", order.observation);
        }
        words
    }
}

impl<A: Eq, O: Eq> SerialOrder<A, O> {
    fn run<S: Store, T>(
        scenario: &Scenario<'_, S, T>,
        order: &[usize],
        effect: &impl Fn(&T) -> Effect<A>,
        observe: &impl Fn(&Stepped<S>) -> O,
    ) -> Result<Self, Cause> {
        let store = Stepped::unhindered(Arc::new(scenario.store()));
        let mut effects = Vec::with_capacity(order.len());
        for &at in order {
            let Some((name, operation)) = scenario.operations().nth(at) else { continue };
            let answer = caught(name, || drive(operation.begin(store.clone())))?;
            let answer = answer.map_err(|Waits| Cause::Waits(name.to_owned()))?;
            effects.push((at, effect(&answer)));
        }
        let observation = caught("the observation", || observe(&store))?;
        Ok(Self { effects, observation })
    }

    fn explains<S, T>(&self, end: &End<S, T>, effects: &[Effect<A>], observation: &O) -> bool {
        let agrees = |(at, seen): (usize, &Effect<A>)| match seen {
            Effect::Happened(_) => self.effects.iter().any(|(other, serial)| *other == at && serial == seen),
            Effect::DidNot => self.effects.iter().all(|(other, _)| *other != at),
            Effect::Unknown => true,
        };
        self.observation == *observation
            && effects.iter().enumerate().all(agrees)
            && self.keeps_time(end, effects)
    }

    /// Whether none comes before one that had answered before it began. What was not answered may come at any
    /// time.
    fn keeps_time<S, T>(&self, end: &End<S, T>, effects: &[Effect<A>]) -> bool {
        let answered = |at: usize| matches!(effects.get(at), Some(Effect::Happened(_)));
        let order: Vec<usize> = self.effects.iter().map(|(at, _)| *at).collect();
        (1..order.len()).all(|place| {
            let (before, from) = order.split_at(place);
            from.first().is_none_or(|&later| {
                !answered(later) || before.iter().all(|&earlier| !end.preceded(later, earlier))
            })
        })
    }
}

/// Every order of every choice of so many.
fn orders_of(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    let mut next = 0;
    while let Some(order) = orders.get(next).cloned() {
        let longer = (0..count).filter(|at| !order.contains(at)).map(|at| [order.as_slice(), &[at]].concat());
        orders.extend(longer);
        next += 1;
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_operations_have_sixteen_orders() {
        let counts = [0, 1, 2, 3].map(|count| orders_of(count).len());
        assert_eq!(counts, [1, 2, 5, 16]);
    }
}
