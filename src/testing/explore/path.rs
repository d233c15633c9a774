//! The way through the tree of choices: depth first, and never twice what ends alike.
//!
//! Every execution starts from the beginning and repeats the choices of the path up to its last frame. What
//! was tried at a frame already sleeps below its later choices, until a step that meets it wakes it (sleep
//! sets, Godefroid 1996): of all executions that differ only in the order of steps that do not meet, exactly
//! one is run to its end.

use super::footprint::Footprint;
use super::turnstile::Fault;

/// What may come next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Choice {
    /// The operation begins, and goes on to its first call.
    Begin(usize),
    /// Its call goes to the store, and it goes on to the next one or to its end.
    Pass(usize),
    /// Its call is answered with a fault, and it goes on.
    Fail(usize, Fault),
    /// Its future is dropped at its call.
    Drop(usize),
    /// The commit in flight that was its first, second, … is applied.
    Land(usize, usize),
    /// Every operation is over, and what is in flight never lands.
    End,
}

impl Choice {
    pub(super) const fn is_fault(self) -> bool {
        match self {
            Self::Fail(..) | Self::Drop(_) => true,
            Self::Begin(_) | Self::Pass(_) | Self::Land(..) | Self::End => false,
        }
    }

    /// The operation whose own step it is.
    pub(super) const fn operation(self) -> Option<usize> {
        match self {
            Self::Begin(operation)
            | Self::Pass(operation)
            | Self::Fail(operation, _)
            | Self::Drop(operation) => Some(operation),
            Self::Land(..) | Self::End => None,
        }
    }
}

/// A choice that was taken, and what came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Taken {
    pub(super) choice: Choice,
    pub(super) footprint: Footprint,
    /// Whether the operation answered.
    pub(super) answered: bool,
}

impl Taken {
    /// Whether the two can change places, and nobody could tell.
    ///
    /// Two faults can too: where one of them takes the last that is left, the other is out of question for good.
    fn commutes(&self, other: &Self) -> bool {
        let [one, two] = [self.choice, other.choice];
        let same_operation = one.operation().is_some() && one.operation() == two.operation();
        let end = one == Choice::End || two == Choice::End;
        !(same_operation
            || end
            || self.is_followed_by(other)
            || other.is_followed_by(self)
            || self.footprint.meets(&other.footprint))
    }

    /// Whether one operation has answered before another begins.
    fn is_followed_by(&self, other: &Self) -> bool {
        self.answered && matches!(other.choice, Choice::Begin(_))
    }
}

/// The same choices did not lead to the same place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Diverged;

#[derive(Debug)]
struct Frame {
    /// What is to be tried here. Never empty.
    options: Vec<Choice>,
    /// Which of it is tried now.
    at: usize,
    /// What came of those that were tried, up to this one.
    taken: Vec<Taken>,
    /// What need not be tried, as another path has it.
    sleeping: Vec<Taken>,
}

/// The choices of one execution, and what remains to be tried beside them.
#[derive(Debug, Default)]
pub(super) struct Path {
    frames: Vec<Frame>,
    depth: usize,
    sleeping: Vec<Taken>,
    every_order: bool,
}

impl Path {
    pub(super) fn new(every_order: bool) -> Self {
        Self { every_order, ..Self::default() }
    }

    /// How many choices the execution has taken.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// The choice to take of these. None where each of them is tried on another path.
    pub(super) fn choose(&mut self, mut options: Vec<Choice>) -> Result<Option<Choice>, Diverged> {
        options.retain(|option| self.sleeping.iter().all(|taken| taken.choice != *option));
        match self.frames.get(self.depth) {
            Some(frame) if frame.options != options => return Err(Diverged),
            Some(_) => {}
            None if options.is_empty() => return Ok(None),
            None => {
                let sleeping = self.sleeping.clone();
                self.frames.push(Frame { options, at: 0, taken: Vec::new(), sleeping });
            }
        }
        Ok(self.frames.get(self.depth).and_then(|frame| frame.options.get(frame.at)).copied())
    }

    /// What came of the choice.
    pub(super) fn took(&mut self, taken: Taken) -> Result<(), Diverged> {
        let frame = self.frames.get_mut(self.depth).ok_or(Diverged)?;
        match frame.taken.get(frame.at) {
            Some(before) if *before != taken => return Err(Diverged),
            Some(_) => {}
            None => frame.taken.push(taken.clone()),
        }
        self.depth += 1;
        let before = frame.sleeping.iter().chain(frame.taken.iter().take(frame.at));
        let still = before.filter(|other| !self.every_order && other.commutes(&taken));
        self.sleeping = still.cloned().collect();
        Ok(())
    }

    /// Back to the beginning, to take the same choices once more.
    pub(super) fn rewind(&mut self) {
        self.depth = 0;
        self.sleeping.clear();
    }

    /// Back to the beginning, and on to what was not tried yet. False where all of it was.
    pub(super) fn advance(&mut self) -> bool {
        self.rewind();
        while let Some(frame) = self.frames.last_mut() {
            frame.at += 1;
            if frame.at < frame.options.len() {
                return true;
            }
            self.frames.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Changes;
    use crate::change::Key;
    use crate::model::ClientTally;
    use crate::value::OrganizationId;

    const HERE: OrganizationId = OrganizationId::from_bytes([1; 16]);

    fn read() -> Footprint {
        Footprint::of_record(Key::ClientTally(HERE))
    }

    fn write() -> Footprint {
        Footprint::of_commit(&Changes::new().insert(ClientTally::none(HERE)))
    }

    /// How many executions two operations with these calls have: those run to their end, and those given up.
    fn executions(every_order: bool, calls: [&[Footprint]; 2]) -> (usize, usize) {
        let mut path = Path::new(every_order);
        let (mut whole, mut cut) = (0, 0);
        loop {
            let mut made = [0, 0];
            loop {
                let options: Vec<Choice> =
                    (0..2).filter(|&at| made[at] < calls[at].len()).map(Choice::Pass).collect();
                if options.is_empty() {
                    whole += 1;
                    break;
                }
                let Some(choice) = path.choose(options).unwrap() else {
                    cut += 1;
                    break;
                };
                let at = choice.operation().unwrap();
                let footprint = calls[at][made[at]].clone();
                made[at] += 1;
                path.took(Taken { choice, footprint, answered: made[at] == calls[at].len() }).unwrap();
            }
            if !path.advance() {
                return (whole, cut);
            }
        }
    }

    #[test]
    fn every_order_of_three_calls_and_three_is_twenty() {
        let calls = [read(), read(), read()];
        assert_eq!(executions(true, [&calls, &calls]), (20, 0));
    }

    #[test]
    fn reads_need_one_order() {
        let calls = [read(), read(), read()];
        assert_eq!(executions(false, [&calls, &calls]).0, 1);
    }

    #[test]
    fn a_write_is_tried_before_and_after_each_read_of_its_key() {
        assert_eq!(executions(false, [&[read(), read(), read()], &[write()]]).0, 4);
    }

    #[test]
    fn writes_of_a_key_are_tried_in_every_order() {
        let calls = [write(), write(), write()];
        assert_eq!(executions(false, [&calls, &calls]), (20, 0));
    }

    #[test]
    fn other_options_under_the_same_choices_are_noticed() {
        let mut path = Path::new(false);
        assert_eq!(path.choose(vec![Choice::Begin(0)]), Ok(Some(Choice::Begin(0))));
        path.rewind();
        assert_eq!(path.choose(vec![Choice::Begin(0), Choice::Begin(1)]), Err(Diverged));
    }

    #[test]
    fn another_footprint_under_the_same_choices_is_noticed() {
        let mut path = Path::new(false);
        let taken = |footprint| Taken { choice: Choice::Pass(0), footprint, answered: false };
        assert_eq!(path.choose(vec![Choice::Pass(0)]), Ok(Some(Choice::Pass(0))));
        assert_eq!(path.took(taken(read())), Ok(()));
        path.rewind();
        assert_eq!(path.choose(vec![Choice::Pass(0)]), Ok(Some(Choice::Pass(0))));
        assert_eq!(path.took(taken(write())), Err(Diverged));
    }
}
