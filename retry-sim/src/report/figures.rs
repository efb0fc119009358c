//! Which charts show what: small multiples with the same axes, one sentence each.

use crate::case::{Case, Chart as Kind};
use crate::report::bars::Bars;
use crate::report::chart::{Axis, Chart, Drawn, Line};
use crate::report::shades::trouble;
use crate::report::theme::{LINES, Shade, TROUBLE};
use crate::run::{Point, Run};

/// Charts that belong together.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) sentence: String,
    pub(crate) legend: Vec<(String, Shade)>,
    /// A description and a picture each.
    pub(crate) charts: Vec<(String, String)>,
}

/// A count of each point in time.
type Count = fn(&Point) -> u64;

/// A figure, where it can be drawn.
pub(crate) type Figures = Result<Figure, Box<dyn std::error::Error>>;

/// What a case asks to see.
pub(crate) fn figure(kind: Kind, case: &Case, runs: &[Run]) -> Figures {
    match kind {
        Kind::Goodput => goodput(case, runs),
        Kind::Arrivals => arrivals(case, runs),
        Kind::Queue => queue(case, runs),
        Kind::Latency => latency(runs),
        Kind::Layers => layers(case, runs),
    }
}

/// A chart with its description, which those hear who do not see it.
pub(crate) fn described(
    title: &str,
    sentence: &str,
    svg: Drawn,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    Ok((format!("{title}: {sentence}"), svg?))
}

/// What the shade means, where there is one.
fn shaded(case: &Case) -> Option<(String, Shade)> {
    let is_shaded = !trouble(&case.scenario).is_empty();
    is_shaded.then(|| ("trouble".to_owned(), TROUBLE))
}

fn named(runs: &[Run]) -> Vec<(String, Shade)> {
    let shades = LINES.iter().cycle();
    let names = runs.iter().map(|run| run.strategy.clone());
    names.zip(shades.copied()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn over_time(run: &Run, of: Count) -> Vec<(f64, f64)> {
    let points = run.points.iter();
    points.map(|point| (point.t, of(point) as f64)).collect()
}

pub(crate) fn most<'a>(lines: impl IntoIterator<Item = &'a Line>) -> f64 {
    let points = lines.into_iter().flat_map(|line| &line.points);
    points.map(|(_, y)| *y).fold(0.0, f64::max) * 1.05
}

/// A panel for each strategy, all with the same axes.
fn panels(
    case: &Case,
    runs: &[Run],
    up: &str,
    sentence: &str,
    lines: impl Fn(&Run) -> Vec<Line>,
) -> Result<Vec<(String, String)>, Box<dyn std::error::Error>> {
    let all: Vec<Vec<Line>> = runs.iter().map(lines).collect();
    let up = Axis::new(up, most(all.iter().flatten()));
    let across = Axis::new("seconds", case.scenario.time.as_secs_f64());
    let panel = |(run, lines): (&Run, Vec<Line>)| {
        let chart = Chart {
            title: run.strategy.clone(),
            across: across.clone(),
            up: up.clone(),
            trouble: trouble(&case.scenario),
            lines,
        };
        described(&run.strategy, sentence, chart.svg())
    };
    runs.iter().zip(all).map(panel).collect()
}

fn goodput(case: &Case, runs: &[Run]) -> Figures {
    let per_second = |run: &Run, of: Count| {
        let points = over_time(run, of).into_iter();
        points.map(|(t, count)| (t, count / run.step)).collect()
    };
    let shown: [(&str, Shade, Count); 3] = [
        ("requests at the server", LINES[1], |point| point.requests),
        ("calls begun", LINES[5], |point| point.calls),
        ("calls that succeed", LINES[0], |point| point.successes),
    ];
    let lines = |run: &Run| {
        let line = |(_, shade, of): &(&str, Shade, Count)| Line {
            shade: *shade,
            points: per_second(run, *of),
            filled: false,
        };
        shown.iter().map(line).collect()
    };
    let sentence = "What clients want, what the server has to bear for it, and what comes of it, in the trouble and after it.";
    let mut legend: Vec<_> = shown
        .iter()
        .map(|(name, shade, _)| ((*name).to_owned(), *shade))
        .collect();
    legend.extend(shaded(case));
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend,
        charts: panels(case, runs, "per second", sentence, lines)?,
    })
}

fn arrivals(case: &Case, runs: &[Run]) -> Figures {
    let lines = |run: &Run| {
        vec![Line {
            shade: LINES[0],
            points: steps(&over_time(run, |point| point.requests), run.step),
            filled: true,
        }]
    };
    let up = format!("requests per {:?}", case.scenario.step);
    let sentence =
        "When requests reach the server: waits that are all the same come back as a comb.";
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend: std::iter::once(("requests".to_owned(), LINES[0]))
            .chain(shaded(case))
            .collect(),
        charts: panels(case, runs, &up, sentence, lines)?,
    })
}

/// A count holds for its whole step.
fn steps(points: &[(f64, f64)], step: f64) -> Vec<(f64, f64)> {
    let ends = |&(t, count): &(f64, f64)| [(t, count), (t + step, count)];
    points.iter().flat_map(ends).collect()
}

fn queue(case: &Case, runs: &[Run]) -> Figures {
    let line = |(run, shade): (&Run, &Shade)| Line {
        shade: *shade,
        points: over_time(run, |point| point.queue),
        filled: false,
    };
    let lines: Vec<Line> = runs.iter().zip(LINES.iter().cycle()).map(line).collect();
    let sentence =
        "Requests that wait for the server: where the line is flat at the top, more are refused.";
    let chart = Chart {
        title: "Queue".to_owned(),
        across: Axis::new("seconds", case.scenario.time.as_secs_f64()),
        up: Axis::new("requests", most(&lines)),
        trouble: trouble(&case.scenario),
        lines,
    };
    let mut legend = named(runs);
    legend.extend(shaded(case));
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend,
        charts: vec![described("Queue", sentence, chart.svg())?],
    })
}

fn latency(runs: &[Run]) -> Figures {
    /// The least share that is drawn, in percent.
    const LEAST: f64 = 0.1;
    let slower = |(seconds, share): (f64, f64)| (seconds, (1.0 - share) * 100.0);
    let points = |run: &Run| {
        let points = run.latencies().into_iter().map(slower);
        points.filter(|(_, share)| *share >= LEAST).collect()
    };
    let line = |(run, shade): (&Run, &Shade)| Line {
        shade: *shade,
        points: points(run),
        filled: false,
    };
    let lines: Vec<Line> = runs.iter().zip(LINES.iter().cycle()).map(line).collect();
    // From where the first of a hundred is done to where one of a thousand is not.
    let first = runs
        .iter()
        .map(|run| run.latency(0.01))
        .fold(f64::MAX, f64::min);
    let last = runs
        .iter()
        .map(|run| run.latency(0.999))
        .fold(0.0, f64::max);
    let across = Axis {
        name: "seconds".to_owned(),
        from: first.clamp(1e-6, 1e3) / 1.5,
        to: last.max(1e-5) * 1.05,
        logarithmic: true,
    };
    let sentence = "How many of the calls that succeed take longer than a time, and what the server bears for that.";
    let chart = Chart {
        title: "Not done within".to_owned(),
        across,
        up: Axis {
            from: LEAST,
            logarithmic: true,
            ..Axis::new("% of successful calls", 100.0)
        },
        trouble: Vec::new(),
        lines,
    };
    let load = Bars {
        title: "Load".to_owned(),
        up: "requests for each call".to_owned(),
        groups: vec![(String::new(), runs.iter().map(Run::load).collect())],
    };
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend: named(runs),
        charts: vec![
            described("Not done within", sentence, chart.svg())?,
            described("Load", sentence, load.svg())?,
        ],
    })
}

#[expect(clippy::cast_precision_loss, reason = "a ratio")]
fn layers(case: &Case, runs: &[Run]) -> Figures {
    let group = |(layer, service): (usize, &crate::service::Service)| {
        let of = |run: &Run| run.requests[layer] as f64 / run.calls.max(1) as f64;
        (service.name.clone(), runs.iter().map(of).collect())
    };
    let services = case.scenario.services.iter().enumerate();
    let sentence = "Requests that reach each service, for each call of a client: every layer multiplies those of the layer above.";
    let bars = Bars {
        title: "Requests through the layers".to_owned(),
        up: "requests for each call".to_owned(),
        groups: services.map(group).collect(),
    };
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend: named(runs),
        charts: vec![described("Layers", sentence, bars.svg())?],
    })
}
