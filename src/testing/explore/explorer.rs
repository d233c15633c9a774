//! The search itself.

use core::fmt::Debug;

use super::Cause;
use super::Effect;
use super::End;
use super::Failure;
use super::Report;
use super::Scenario;
use super::Stepped;
use super::execution::Execution;
use super::execution::caught;
use super::path::Diverged;
use super::path::Path;
use super::serial::SerialOrders;
use super::trace;
use crate::store::Store;

/// Runs a scenario through all that may happen to it, with the fewest faults first.
#[derive(Clone, Copy, Debug)]
#[must_use = "it explores nothing by itself"]
pub struct Explorer {
    faults: u32,
    at_most: u64,
    every_order: bool,
}

impl Default for Explorer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explorer {
    /// 1 000: the most choices of one execution. What goes on for longer is reported as [`Cause::Endless`].
    pub const DEEPEST: usize = 1_000;

    /// An explorer of interleavings alone: no faults, and 1 000 000 executions at most.
    pub const fn new() -> Self {
        Self { faults: 0, at_most: 1_000_000, every_order: false }
    }

    /// With so many faults in an execution at most: first all executions with none, then all with one, and so
    /// on.
    pub const fn faults(self, faults: u32) -> Self {
        Self { faults, ..self }
    }

    /// With so many executions at most, those given up included. Where there are more, nothing is proven:
    /// [`Cause::TooMany`].
    pub const fn at_most(self, executions: u64) -> Self {
        Self { at_most: executions, ..self }
    }

    /// With every order, also of calls that do not touch each other: for operations that share more than the
    /// store.
    pub const fn every_order(self) -> Self {
        Self { every_order: true, ..self }
    }

    /// Runs every execution, and has each end checked.
    ///
    /// The check may also assert: its panic is reported like the reason it returns.
    #[must_use = "the report holds the failure"]
    pub fn check<S: Store, T: Debug>(
        &self,
        scenario: &Scenario<'_, S, T>,
        check: impl Fn(&End<S, T>) -> Result<(), String>,
    ) -> Report {
        let mut report = Report::default();
        report.failure = (0..=self.faults).find_map(|faults| {
            let mut path = Path::new(self.every_order);
            // The first execution runs twice, so that one without choices is compared with another too.
            let _ = self.follow(&mut path, &mut Execution::new(scenario, faults));
            path.rewind();
            loop {
                let ran = self.run(&mut path, scenario, faults, &check, &mut report);
                if ran.is_err() || !path.advance() {
                    break ran.err();
                }
            }
        });
        report
    }

    /// Runs every execution, and compares each end with those of the serial orders (ST-02, ST-03).
    ///
    /// The operations also run alone, one after the other, in every order of every choice of them. An
    /// execution passes where one of these orders explains it: each operation that
    /// [happened](Effect::Happened) is in it with the same answer, none that [did not](Effect::DidNot) is in
    /// it, one that had answered before another began comes before it, and the store that is left looks the
    /// same to the observation.
    ///
    /// Random values that differ from attempt to attempt, such as identifiers of events, do not belong into
    /// the observation; how many there are does.
    #[must_use = "the report holds the failure"]
    pub fn serial<S: Store, T: Debug, A: Debug + Eq, O: Debug + Eq>(
        &self,
        scenario: &Scenario<'_, S, T>,
        effect: impl Fn(&T) -> Effect<A>,
        observe: impl Fn(&Stepped<S>) -> O,
    ) -> Report {
        match SerialOrders::of(scenario, &effect, &observe) {
            Ok(orders) => self.check(scenario, |end| orders.explain(end, &effect, &observe)),
            Err(cause) => {
                let failure = Failure { cause, faults: 0, trace: Vec::new() };
                Report { failure: Some(failure), ..Report::default() }
            }
        }
    }

    /// Runs the execution of the path, and has its end checked.
    fn run<S: Store, T: Debug>(
        &self,
        path: &mut Path,
        scenario: &Scenario<'_, S, T>,
        faults: u32,
        check: &impl Fn(&End<S, T>) -> Result<(), String>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let names = scenario.names();
        let mut execution = Execution::new(scenario, faults);
        let followed = match report.executions + report.given_up < self.at_most {
            true => self.follow(path, &mut execution),
            false => Err(Cause::TooMany(self.at_most)),
        };
        report.choices += execution.steps().len() as u64;
        report.deepest = report.deepest.max(execution.steps().len());
        let injected = faults.saturating_sub(execution.faults_left());
        match followed {
            // An end with fewer faults was checked in the round before.
            Ok(Reached::End) if injected == faults => {}
            Ok(Reached::End | Reached::Known) => {
                report.given_up += 1;
                return Ok(());
            }
            Err(cause) => {
                return Err(Failure {
                    cause,
                    faults: injected,
                    trace: trace::steps(execution.steps(), &names),
                });
            }
        }
        report.executions += 1;
        let (end, steps) = execution.finish();
        let checked = caught("the check", || check(&end)).and_then(|checked| checked.map_err(Cause::Refused));
        checked.map_err(|cause| {
            let mut words = trace::steps(&steps, &names);
            words.extend(trace::outcomes(end.outcomes(), &names));
            Failure { cause, faults, trace: words }
        })
    }

    fn follow<S: Store, T>(
        &self,
        path: &mut Path,
        execution: &mut Execution<'_, S, T>,
    ) -> Result<Reached, Cause> {
        loop {
            let options = execution.options();
            if options.is_empty() {
                return Ok(Reached::End);
            }
            if path.depth() >= Self::DEEPEST {
                return Err(Cause::Endless(Self::DEEPEST));
            }
            let Some(choice) = path.choose(options).map_err(|Diverged| Cause::NotDeterministic)? else {
                return Ok(Reached::Known);
            };
            let taken = execution.take(choice)?;
            path.took(taken).map_err(|Diverged| Cause::NotDeterministic)?;
        }
    }
}

/// How far an execution went.
enum Reached {
    /// To its end.
    End,
    /// To where it would repeat another one.
    Known,
}
