//! One execution: the operations as far as they have come, and the steps that brought them there.

use core::task::Poll;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

use super::Cause;
use super::End;
use super::Outcome;
use super::Scenario;
use super::Stepped;
use super::end::Span;
use super::footprint::Footprint;
use super::path::Choice;
use super::path::Taken;
use super::scenario::Operation;
use super::scenario::Running;
use super::scenario::Waits;
use super::scenario::drive;
use super::scenario::poll_until;
use super::turnstile::Answer;
use super::turnstile::Call;
use super::turnstile::Done;
use super::turnstile::Fault;
use super::turnstile::Turnstile;
use crate::change::Changes;
use crate::store::Store;

/// The operations of a scenario under way.
pub(super) struct Execution<'s, S, T> {
    store: Arc<S>,
    tasks: Vec<Task<'s, S, T>>,
    in_flight: Vec<Flight>,
    steps: Vec<Step>,
    faults_left: u32,
    ended: bool,
}

/// An operation, and where its calls are stopped.
struct Task<'s, S, T> {
    name: &'s str,
    turnstile: Arc<Turnstile>,
    state: State<'s, S, T>,
    span: Span,
    flights: usize,
}

enum State<'s, S, T> {
    Fresh(&'s (dyn Operation<S, T> + 's)),
    Stopped(Running<'s, T>),
    Over(Outcome<T>),
}

/// A commit whose answer nobody waits for.
struct Flight {
    choice: Choice,
    changes: Changes,
}

/// A step, for the trace.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) choice: Choice,
    pub(super) call: Option<Call>,
    pub(super) answer: Option<Answer>,
}

impl<'s, S: Store, T> Execution<'s, S, T> {
    pub(super) fn new(scenario: &'s Scenario<'_, S, T>, faults: u32) -> Self {
        let fresh = |(name, operation)| Task {
            name,
            turnstile: Arc::default(),
            state: State::Fresh(operation),
            span: Span::default(),
            flights: 0,
        };
        Self {
            store: Arc::new(scenario.store()),
            tasks: scenario.operations().map(fresh).collect(),
            in_flight: Vec::new(),
            steps: Vec::new(),
            faults_left: faults,
            ended: false,
        }
    }

    pub(super) const fn faults_left(&self) -> u32 {
        self.faults_left
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What may come next; nothing at the end. The operation that moved last comes first, and faults come
    /// last.
    pub(super) fn options(&self) -> Vec<Choice> {
        let moved = self.steps.last().and_then(|step| step.choice.operation());
        let others = (0..self.tasks.len()).filter(|at| Some(*at) != moved);
        let order: Vec<usize> = moved.into_iter().chain(others).collect();
        let mut options: Vec<Choice> = order.iter().filter_map(|&at| self.advance_of(at)).collect();
        if !self.in_flight.is_empty() && !self.ended {
            options.extend(options.is_empty().then_some(Choice::End));
            options.extend(self.in_flight.iter().map(|flight| flight.choice));
        }
        if self.faults_left > 0 {
            options.extend(order.iter().flat_map(|&at| self.faults_of(at)));
        }
        options
    }

    fn advance_of(&self, at: usize) -> Option<Choice> {
        match self.tasks.get(at)?.state {
            State::Fresh(_) => Some(Choice::Begin(at)),
            State::Stopped(_) => Some(Choice::Pass(at)),
            State::Over(_) => None,
        }
    }

    fn faults_of(&self, at: usize) -> Vec<Choice> {
        let Some(Task { turnstile, state: State::Stopped(_), .. }) = self.tasks.get(at) else {
            return Vec::new();
        };
        let error = Choice::Fail(at, Fault::Error);
        let faults = turnstile.next(|call| match call {
            Call::Record(_) | Call::Access(_) | Call::List(_) => vec![error, Choice::Drop(at)],
            Call::Commit(_) => vec![
                Choice::Fail(at, Fault::Conflict),
                error,
                Choice::Fail(at, Fault::Unknown),
                Choice::Drop(at),
            ],
        });
        faults.unwrap_or_default()
    }

    /// Takes the step.
    pub(super) fn take(&mut self, choice: Choice) -> Result<Taken, Cause> {
        if choice.is_fault() {
            self.faults_left = self.faults_left.saturating_sub(1);
        }
        self.steps.push(Step { choice, call: None, answer: None });
        let footprint = match choice {
            Choice::Begin(at) => self.begin(at)?,
            Choice::Pass(at) => self.admit(at, Ok(()))?,
            Choice::Fail(at, fault) => self.admit(at, Err(fault))?,
            Choice::Drop(at) => self.drop_future(at),
            Choice::Land(..) => self.land(choice)?,
            Choice::End => {
                self.ended = true;
                self.in_flight.clear();
                Footprint::default()
            }
        };
        let answered = choice
            .operation()
            .and_then(|at| self.tasks.get(at))
            .is_some_and(|task| matches!(task.state, State::Over(Outcome::Finished(_))));
        Ok(Taken { choice, footprint, answered })
    }

    fn begin(&mut self, at: usize) -> Result<Footprint, Cause> {
        let task = &mut self.tasks[at];
        if let State::Fresh(operation) = task.state {
            let store = Stepped::new(Arc::clone(&self.store), Arc::clone(&task.turnstile));
            task.span.began = self.steps.len();
            task.state = State::Stopped(caught(task.name, || operation.begin(store))?);
        }
        self.poll(at, |turnstile| turnstile.next(|_| ()).is_some())?;
        Ok(Footprint::default())
    }

    fn admit(&mut self, at: usize, verdict: Result<(), Fault>) -> Result<Footprint, Cause> {
        let task = &mut self.tasks[at];
        let call = task.turnstile.admit(verdict);
        if let (Some(Call::Commit(changes)), Err(Fault::Unknown)) = (&call, verdict) {
            self.in_flight.push(task.launch(at, changes.clone()));
        }
        self.note(call);
        let polled = self.poll(at, |turnstile| turnstile.is_done() && turnstile.next(|_| ()).is_some());
        let Done { footprint, answer } = self.tasks[at].turnstile.take_done();
        if let Some(step) = self.steps.last_mut() {
            step.answer = answer;
        }
        polled.map(|()| footprint)
    }

    fn drop_future(&mut self, at: usize) -> Footprint {
        let task = &mut self.tasks[at];
        let call = task.turnstile.remove();
        if let Some(Call::Commit(changes)) = &call {
            self.in_flight.push(task.launch(at, changes.clone()));
        }
        task.state = State::Over(Outcome::Dropped);
        self.note(call);
        Footprint::default()
    }

    fn land(&mut self, choice: Choice) -> Result<Footprint, Cause> {
        let Some(place) = self.in_flight.iter().position(|flight| flight.choice == choice) else {
            return Ok(Footprint::default());
        };
        let Flight { changes, .. } = self.in_flight.remove(place);
        let mut footprint = Footprint::of_commit(&changes);
        let committed = drive(self.store.commit(changes.clone()))
            .map_err(|Waits| Cause::Waits("a commit in flight".to_owned()))?;
        footprint.ended(&committed);
        let answer = committed.map_or_else(|error| Answer::Failed(error.to_string()), Answer::Committed);
        if let Some(step) = self.steps.last_mut() {
            (step.call, step.answer) = (Some(Call::Commit(changes)), Some(answer));
        }
        Ok(footprint)
    }

    fn note(&mut self, call: Option<Call>) {
        if let Some(step) = self.steps.last_mut() {
            step.call = call;
        }
    }

    fn poll(&mut self, at: usize, stops: impl Fn(&Turnstile) -> bool) -> Result<(), Cause> {
        let task = &mut self.tasks[at];
        let State::Stopped(future) = &mut task.state else { return Ok(()) };
        let polled = caught(task.name, || poll_until(future.as_mut(), || stops(&task.turnstile)))?;
        match polled.map_err(|Waits| Cause::Waits(task.name.to_owned()))? {
            Poll::Pending => {}
            Poll::Ready(answer) => {
                task.span.answered = Some(self.steps.len());
                task.state = State::Over(Outcome::Finished(answer));
            }
        }
        Ok(())
    }

    /// The end of it, once nothing may come next.
    pub(super) fn finish(self) -> (End<S, T>, Vec<Step>) {
        let (outcomes, spans) = self.tasks.into_iter().map(|task| (task.state.outcome(), task.span)).unzip();
        (End { store: Stepped::unhindered(self.store), outcomes, spans }, self.steps)
    }
}

impl<S, T> Task<'_, S, T> {
    fn launch(&mut self, at: usize, changes: Changes) -> Flight {
        let choice = Choice::Land(at, self.flights);
        self.flights += 1;
        Flight { choice, changes }
    }
}

impl<S, T> State<'_, S, T> {
    fn outcome(self) -> Outcome<T> {
        match self {
            Self::Over(outcome) => outcome,
            Self::Fresh(_) | Self::Stopped(_) => Outcome::Dropped,
        }
    }
}

/// Runs what is the host's, and makes a finding of its panic.
pub(super) fn caught<R>(who: &str, run: impl FnOnce() -> R) -> Result<R, Cause> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Cause::Panicked(who.to_owned(), text.unwrap_or_default())
    })
}
