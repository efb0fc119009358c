//! A markdown table of one scenario's measurements.

use std::fmt::Write as _;

use benches::record::Record;

/// The measurements of a scenario, a row a subject, two columns a measure.
pub(crate) struct Table<'a> {
    records: &'a [Record],
}

/// The least, the middle and the greatest of some numbers.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    least: f64,
    pub(crate) median: f64,
    greatest: f64,
    count: usize,
}

impl Range {
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            least: *values.first()?,
            median: *values.get(values.len() / 2)?,
            greatest: *values.last()?,
            count: values.len(),
        })
    }
}

impl<'a> Table<'a> {
    pub(crate) const fn new(records: &'a [Record]) -> Self {
        Self { records }
    }

    pub(crate) fn subjects(&self) -> Vec<&'a str> {
        first_seen(self.records.iter().map(|record| record.subject.as_str()))
    }

    fn measures(&self) -> Vec<&'a str> {
        first_seen(self.records.iter().map(|record| record.measure.as_str()))
    }

    pub(crate) fn values(&self, subject: &str, measure: &str) -> Vec<f64> {
        let wanted = |record: &&Record| record.subject == subject && record.measure == measure;
        let values = self.records.iter().filter(wanted);
        values.map(|record| record.value).collect()
    }

    /// Each round's value over the value of the baseline in that round.
    fn ratios(&self, subject: &str, measure: &str) -> Option<Range> {
        let record = self
            .records
            .iter()
            .find(|record| record.subject == subject)?;
        let baseline = self.values(&record.baseline, measure);
        let values = self.values(subject, measure);
        let ratios = values
            .iter()
            .zip(&baseline)
            .map(|(value, base)| value / base);
        Range::of(ratios.filter(|ratio| ratio.is_finite()).collect())
    }

    pub(crate) fn markdown(&self) -> String {
        let measures = self.measures();
        let mut text = String::from("| |");
        for measure in &measures {
            let _ = write!(text, " {measure} | ratio |");
        }
        text.push_str("\n| --- |");
        text.push_str(&" ---: | ---: |".repeat(measures.len()));
        for subject in self.subjects() {
            let _ = write!(text, "\n| {subject} |");
            for measure in &measures {
                let value =
                    Range::of(self.values(subject, measure)).map(|range| number(range.median));
                let ratio = self.ratios(subject, measure).map(ratio);
                let (value, ratio) = (value.unwrap_or_default(), ratio.unwrap_or_default());
                let _ = write!(text, " {value} | {ratio} |");
            }
        }
        text.push('\n');
        text
    }
}

fn first_seen<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// Three figures, more where they come before the point.
fn number(value: f64) -> String {
    if value == 0.0 || value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// One ratio as it is, several as the least, the middle and the greatest.
fn ratio(range: Range) -> String {
    let Range {
        least,
        median,
        greatest,
        count,
    } = range;
    if count == 1 {
        return number(median);
    }
    format!(
        "{} / **{}** / {}",
        number(least),
        number(median),
        number(greatest)
    )
}
