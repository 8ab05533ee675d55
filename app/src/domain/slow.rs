//! "This is slow": what a browser measured of one page, and where the time went.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The kind of device, told apart by its screen and its pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A small screen that is touched.
    Phone,
    /// A large screen that is touched.
    Tablet,
    /// A mouse.
    Desktop,
}

impl Device {
    /// The name in counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
        }
    }
}

/// The route of a page, whatever order it is about: no address of a person's work gets into counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route(&'static str);

impl Route {
    /// Any path that is no page of ours.
    const OTHER: Self = Self("other");

    /// Every page's, as the router writes it (`server/tests/web/real.rs` holds that they are the same), and the rest.
    pub const ALL: [Self; 11] = [
        Self("/"),
        Self("/cache"),
        Self("/flow"),
        Self("/login"),
        Self("/orders/{number}"),
        Self("/orders/{number}/passport"),
        Self("/orders/{number}/traveller"),
        Self("/radar"),
        Self("/slow"),
        Self("/views"),
        Self::OTHER,
    ];

    /// Of a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        Self::ALL.into_iter().find(|route| route.fits(path)).unwrap_or(Self::OTHER)
    }

    fn fits(self, path: &str) -> bool {
        let (parts, pattern) = (path.split('/'), self.0.split('/'));
        let fit =
            |(part, wanted): (&str, &str)| part == wanted || (wanted.starts_with('{') && !part.is_empty());
        parts.clone().count() == pattern.clone().count() && parts.zip(pattern).all(fit)
    }

    /// The name in counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Milliseconds, as a browser measures them.
type Ms = Option<f64>;

/// What a browser measured of a page, in milliseconds; what it cannot measure is not there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// From the navigation to the first byte of the answer.
    pub first_byte: Ms,
    /// Of these, in the server, by its own word.
    pub server: Ms,
    /// Of these, waiting for the database.
    pub database: Ms,
    /// Of these, waiting for Redis.
    pub cache: Ms,
    /// From the first byte to the last.
    pub download: Ms,
    /// From the navigation to the largest piece of content.
    pub largest_paint: Ms,
    /// From the navigation to the first card.
    pub first_card: Ms,
    /// The slowest answer to a press so far, from the press to the paint; as a page is left, since it was left last.
    pub interaction: Ms,
    /// From the page's end to the model that can be turned.
    pub model: Ms,
    /// Of these, until the file's last byte.
    pub model_file: Ms,
    /// Of these, in S3, by the server's word.
    pub model_store: Ms,
}

/// Longer than this is a page that was left open, in milliseconds.
const LONGEST: f64 = 600_000.0;

impl Timings {
    /// Whether everything is a time that a page can take.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.all().into_iter().flatten().all(|ms| (0.0..=LONGEST).contains(&ms))
    }

    const fn all(&self) -> [Ms; 11] {
        [
            self.first_byte,
            self.server,
            self.database,
            self.cache,
            self.download,
            self.largest_paint,
            self.first_card,
            self.interaction,
            self.model,
            self.model_file,
            self.model_store,
        ]
    }

    /// The part that took longest, and how long the whole took; nothing when nothing was measured.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let known = |ms: Ms| ms.filter(|ms| ms.is_finite() && *ms >= 0.0);
        let rest =
            |whole: Ms, part: Ms| known(whole).map(|whole| (whole - known(part).unwrap_or(0.0)).max(0.0));
        let (first_byte, server) = (known(self.first_byte), known(self.server));
        let loaded = first_byte.map(|at| at + known(self.download).unwrap_or(0.0));
        let parts = [
            (Part::Network, rest(first_byte, server.or(first_byte))),
            (Part::Server, rest(rest(server, self.database), self.cache)),
            (Part::Database, known(self.database)),
            (Part::Cache, known(self.cache)),
            (Part::Download, known(self.download)),
            (Part::Browser, rest(self.largest_paint, loaded)),
            (Part::Press, known(self.interaction)),
            (Part::Models, known(self.model_store)),
            (Part::ModelFile, rest(self.model_file, self.model_store)),
            (Part::ModelDraw, rest(self.model, self.model_file)),
        ];
        let longest = parts.into_iter().filter_map(|(part, ms)| Some((part, ms?)));
        let (part, ms) = longest.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let page = known(self.largest_paint).or(loaded).unwrap_or(0.0);
        let whole = match part {
            Part::Press => ms,
            Part::Models | Part::ModelFile | Part::ModelDraw => known(self.model).unwrap_or(ms),
            _ => page,
        };
        Some(Verdict { part, ms, whole: whole.max(ms) })
    }
}

/// Where time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Between the device and the server.
    Network,
    /// In the server, the database and the cache aside.
    Server,
    /// In the database.
    Database,
    /// In Redis.
    Cache,
    /// The page's bytes on their way.
    Download,
    /// The device draws.
    Browser,
    /// The device answers a press.
    Press,
    /// The store of models.
    Models,
    /// The model's bytes on their way.
    ModelFile,
    /// The device prepares the model.
    ModelDraw,
}

impl Part {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Server => "server",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Download => "download",
            Self::Browser => "browser",
            Self::Press => "press",
            Self::Models => "models",
            Self::ModelFile => "model_file",
            Self::ModelDraw => "model_draw",
        }
    }
}

/// Where most of the time of a page went, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The longest part.
    pub part: Part,
    /// How long it took.
    pub ms: f64,
    /// Of how long in all.
    pub whole: f64,
}

/// What somebody sent who found a page slow.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// Which page: its path.
    pub path: String,
    /// On what kind of device.
    pub device: Device,
    /// What the browser says of the device: cores, memory, screen, connection. Untrusted text.
    pub about: String,
    /// The trace of the page, where one was recorded.
    pub trace: Option<String>,
    /// What was measured.
    pub timings: Timings,
}

#[cfg(all(test, feature = "ssr"))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, f64)]) -> Timings {
        let map: serde_json::Map<_, _> =
            pairs.iter().map(|(name, ms)| ((*name).to_owned(), (*ms).into())).collect();
        serde_json::from_value(map.into()).unwrap()
    }

    #[test]
    fn the_longest_part_is_named_with_the_whole_that_it_belongs_to() {
        let page = [
            ("first_byte", 900.0),
            ("server", 850.0),
            ("database", 800.0),
            ("download", 20.0),
            ("largest_paint", 1100.0),
        ];
        let verdict = of(&page).verdict().unwrap();
        assert_eq!((verdict.part, verdict.ms, verdict.whole), (Part::Database, 800.0, 1100.0));
        let shelf = [("first_byte", 900.0), ("server", 850.0), ("database", 100.0), ("cache", 700.0)];
        let verdict = of(&shelf).verdict().unwrap();
        assert_eq!((verdict.part, verdict.ms), (Part::Cache, 700.0));
        let far = of(&[("first_byte", 900.0), ("server", 5.0), ("largest_paint", 1000.0)]).verdict().unwrap();
        assert_eq!((far.part, far.ms), (Part::Network, 895.0));
        let old = of(&[("first_byte", 20.0), ("server", 5.0), ("largest_paint", 3000.0)]).verdict().unwrap();
        assert_eq!((old.part, old.whole), (Part::Browser, 3000.0));
        let model = of(&[
            ("largest_paint", 200.0),
            ("model", 5000.0),
            ("model_file", 4000.0),
            ("model_store", 3500.0),
        ]);
        let verdict = model.verdict().unwrap();
        assert_eq!((verdict.part, verdict.ms, verdict.whole), (Part::Models, 3500.0, 5000.0));
        assert_eq!(
            of(&[("interaction", 400.0), ("largest_paint", 300.0)]).verdict().unwrap().part,
            Part::Press
        );
        assert_eq!(Timings::default().verdict(), None);
    }

    #[test]
    fn what_no_page_takes_is_not_believed() {
        for (pairs, plausible) in [
            (vec![("first_byte", 5.0)], true),
            (vec![("first_byte", -1.0)], false),
            (vec![("largest_paint", 1e12)], false),
        ] {
            assert_eq!(of(&pairs).is_plausible(), plausible, "{pairs:?}");
        }
        let more: Timings = serde_json::from_str("{\"login\":1}").unwrap();
        assert_eq!(
            more,
            Timings::default(),
            "what another version measures is passed over, and nothing else is kept"
        );
    }

    #[test]
    fn an_order_s_number_is_no_part_of_its_page_s_route() {
        for (path, route) in [
            ("/", "/"),
            ("/flow", "/flow"),
            ("/orders/A-1", "/orders/{number}"),
            ("/orders/A-1/passport", "/orders/{number}/passport"),
            ("/orders/A-1/traveller", "/orders/{number}/traveller"),
        ] {
            assert_eq!(Route::of(path).name(), route, "{path}");
        }
        for path in
            ["", "/orders", "/orders/", "/orders//passport", "/orders/A-1/anna", "/flow/", "//", "/anna"]
        {
            assert_eq!(Route::of(path).name(), "other", "{path}");
        }
        for route in Route::ALL {
            assert_eq!(Route::of(route.name()), route, "no two fit the same page");
        }
    }
}
