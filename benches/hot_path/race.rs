//! Measuring: rivals that take turns, and the table of their ratios.

use std::hint::spin_loop;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use criterion::Criterion;

/// One of two ways to do a task: so many times over, answering how long these took.
pub struct Rival<'a> {
    name: String,
    run: Box<dyn FnMut(u64) -> Duration + 'a>,
}

impl<'a> Rival<'a> {
    /// The rival that runs so.
    pub fn new(name: impl Into<String>, run: impl FnMut(u64) -> Duration + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }

    /// Nanoseconds for each time, over so many.
    fn pace(&mut self, times: u64) -> f64 {
        (self.run)(times).as_nanos() as f64 / times as f64
    }
}

/// What is measured, and how well it should do.
pub struct Task {
    /// The task in words.
    pub name: String,
    /// How often it is done in one turn: about a quarter of a millisecond's worth.
    pub turn: u64,
    /// The most that it should take, in multiples of its floor; none where it is only told.
    pub goal: Option<f64>,
}

struct Line {
    task: Task,
    names: [String; 2],
    nanoseconds: [f64; 2],
    ratio: f64,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Mode {
    /// All rounds.
    Full,
    /// A quarter of them: `--quick`.
    Quick,
    /// Once, to see that it works: `cargo test`, or a list is all that is asked for.
    Trial,
}

/// Criterion and the table.
pub struct Report {
    mode: Mode,
    criterion: Criterion,
    lines: Vec<Line>,
}

impl Report {
    /// As the command line says.
    pub fn from_args() -> Self {
        let given = |flag: &str| std::env::args().any(|argument| argument == flag);
        let mode = if given("--test") || given("--list") || !given("--bench") {
            Mode::Trial
        } else if given("--quick") {
            Mode::Quick
        } else {
            Mode::Full
        };
        let criterion = Criterion::default()
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .sample_size(20)
            .configure_from_args();
        Self { mode, criterion, lines: Vec::new() }
    }

    /// Whether each task runs once only.
    pub fn is_a_trial(&self) -> bool {
        self.mode == Mode::Trial
    }

    /// Races the two, and lets criterion measure each. Answers the nanoseconds that each takes.
    pub fn compare<'a>(&mut self, task: Task, mut ours: Rival<'a>, mut floor: Rival<'a>) -> [f64; 2] {
        let rounds = match self.mode {
            Mode::Full => 201,
            Mode::Quick => 51,
            Mode::Trial => 1,
        };
        let paces: Vec<[f64; 2]> = (0..rounds)
            .map(|round| {
                // Whoever goes second finds its caches cold: they take turns.
                if round % 2 == 0 {
                    let ours = ours.pace(task.turn);
                    [ours, floor.pace(task.turn)]
                } else {
                    let floor = floor.pace(task.turn);
                    [ours.pace(task.turn), floor]
                }
            })
            .collect();
        let nanoseconds = [0, 1].map(|rival| median(paces.iter().map(|pace| pace[rival]).collect()));
        let ratio = median(paces.iter().map(|[ours, floor]| ours / floor).collect());
        let mut group = self.criterion.benchmark_group(&task.name);
        for rival in [&mut ours, &mut floor] {
            group.bench_function(&rival.name, |bencher| bencher.iter_custom(&mut rival.run));
        }
        group.finish();
        self.lines.push(Line { task, names: [ours.name, floor.name], nanoseconds, ratio });
        nanoseconds
    }

    /// Prints the table.
    pub fn finish(self) {
        self.criterion.final_summary();
        println!("\nmedians of rounds that alternate; the ratio is the median of the rounds' ratios\n");
        println!("{:48} {:>12} {:>12} {:>6} {:>6}", "task", "ns", "floor, ns", "ratio", "goal");
        for Line { task, names: [ours, floor], nanoseconds: [mine, theirs], ratio } in &self.lines {
            let goal = task.goal.map_or(String::new(), |goal| format!("{goal:.1}"));
            let missed = if task.goal.is_some_and(|goal| *ratio > goal) { "  missed" } else { "" };
            println!("{:48} {mine:>12.0} {theirs:>12.0} {ratio:>6.2} {goal:>6}{missed}", task.name);
            println!("    {ours} against {floor}");
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Draws what is needed for a few times, then times these, until it was done so often. The drawing is not
/// counted.
pub fn drawn<T>(times: u64, few: u64, draw: impl FnMut() -> T, work: impl FnMut(T)) -> Duration {
    Meeting::of(1).drawn(times, few, draw, work)
}

#[expect(clippy::disallowed_methods, reason = "to measure is to read the clock")]
fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Runs on each thread, by its number, and answers the mean of their times.
pub fn on_threads(threads: usize, run: impl Fn(usize, &Meeting) -> Duration + Sync) -> Duration {
    let meeting = &Meeting::of(threads);
    let run = &run;
    let spent: Duration = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || run(thread, meeting))).collect();
        let own = run(0, meeting);
        others.into_iter().map(|other| other.join().expect("no thread fails")).sum::<Duration>() + own
    });
    spent / u32::try_from(threads).expect("a few threads")
}

/// Where threads wait for each other before they are timed. They spin: to be woken takes as long as a turn.
pub struct Meeting {
    threads: usize,
    arrived: AtomicUsize,
}

impl Meeting {
    const fn of(threads: usize) -> Self {
        Self { threads, arrived: AtomicUsize::new(0) }
    }

    /// As [`drawn`], where all threads begin with each few together.
    pub fn drawn<T>(
        &self,
        times: u64,
        few: u64,
        mut draw: impl FnMut() -> T,
        mut work: impl FnMut(T),
    ) -> Duration {
        let (mut left, mut spent) = (times, Duration::ZERO);
        while left > 0 {
            let now = left.min(few);
            let drawn: Vec<T> = (0..now).map(|_| draw()).collect();
            self.wait();
            spent += timed(|| drawn.into_iter().for_each(&mut work));
            left -= now;
        }
        spent
    }

    /// Waits until all threads have come as often as this one.
    fn wait(&self) {
        if self.threads == 1 {
            return;
        }
        let mine = self.arrived.fetch_add(1, Ordering::AcqRel);
        let all = (mine / self.threads + 1) * self.threads;
        let mut spins = 0_u32;
        while self.arrived.load(Ordering::Acquire) < all {
            spins += 1;
            // The machine may have fewer free cores than threads.
            if spins.is_multiple_of(1 << 12) { thread::yield_now() } else { spin_loop() }
        }
    }
}
