//! Findings as they come: all counted, and the first of each code kept.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Finding;
use super::FindingCode;
use super::Severity;
use super::finding::Place;

/// How many findings there are of a code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FindingCount {
    /// The code.
    pub code: FindingCode,
    /// How many findings there are of it.
    pub total: u64,
    /// How many of them are listed.
    pub listed: usize,
    /// How many are not.
    pub more: u64,
}

/// How many findings there are, by severity.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct SeverityCounts {
    /// Of high severity.
    pub high: u64,
    /// Of medium severity.
    pub medium: u64,
    /// Of low severity.
    pub low: u64,
    /// To be known.
    pub notice: u64,
}

impl SeverityCounts {
    /// How many are of this severity.
    #[must_use]
    pub const fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Notice => self.notice,
        }
    }

    const fn of_mut(&mut self, severity: Severity) -> &mut u64 {
        match severity {
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Notice => &mut self.notice,
        }
    }
}

/// The findings of one code.
#[derive(Clone, Debug, Default)]
struct OfCode {
    counts: SeverityCounts,
    /// The first ones, by severity and subject.
    first: BTreeMap<(Severity, Place), Finding>,
}

/// Findings as they come, in bounded space: the same in whatever order they come.
#[derive(Clone, Debug)]
pub(super) struct Findings {
    most: usize,
    of: BTreeMap<FindingCode, OfCode>,
}

/// What is told of all findings.
pub(super) type Told = (Vec<Finding>, Vec<FindingCount>, SeverityCounts);

impl Findings {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, of: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let of_code = self.of.entry(finding.code).or_default();
        let count = of_code.counts.of_mut(finding.severity);
        *count = count.saturating_add(1);
        of_code.first.insert((finding.severity, finding.subject.place()), finding);
        if of_code.first.len() > self.most {
            let _last = of_code.first.pop_last();
        }
    }

    pub(super) fn forget(&mut self, is_forgotten: impl Fn(FindingCode) -> bool) {
        self.of.retain(|code, _| !is_forgotten(*code));
    }

    /// All of it, by severity, code and subject.
    pub(super) fn told(self) -> Told {
        let (mut findings, mut counts, mut sums) = (Vec::new(), Vec::new(), SeverityCounts::default());
        for (code, of_code) in self.of {
            let mut total = 0_u64;
            for severity in Severity::ALL {
                let count = of_code.counts.of(severity);
                total = total.saturating_add(count);
                let sum = sums.of_mut(severity);
                *sum = sum.saturating_add(count);
            }
            let listed = of_code.first.len();
            let more = total.saturating_sub(u64::try_from(listed).unwrap_or(u64::MAX));
            counts.push(FindingCount { code, total, listed, more });
            // They are in the order of the subjects, which a stable sort keeps.
            findings.extend(of_code.first.into_values());
        }
        findings.sort_by_key(|finding| (finding.severity, finding.code));
        (findings, counts, sums)
    }
}
