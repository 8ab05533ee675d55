//! A run: everybody works and reads, things break one after another, and then the history is held against the log.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use app::domain::Revision;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    Failure, calm,
    faults::{
        Tally,
        plan::{Fault, Means, Plan},
        strike::Ground,
    },
    figures::tell,
    history::{
        check::{Report, check},
        record::{History, Trouble},
    },
    people::{
        Crowd,
        client::Client,
        crew::{Crew, Hand},
        near::{Glance, Near},
        reader::Reader,
        shop::Shop,
        stream::Stream,
    },
    settled::{agreed, exhausted, quiet, settled, taken_in},
    stage::{Size, Stage, postgres::Postgres, service::PATIENCE},
    starved::Starved,
    steady::Held,
    verdict,
    watch::Watch,
};

/// Breaks everything for so long, while people work and read, and holds what they saw against the log
#[derive(Debug, clap::Args)]
pub struct Run {
    #[command(flatten)]
    size: Size,
    /// Seconds
    #[arg(long, env = "DURATION", default_value_t = 300)]
    seconds: u64,
    #[command(flatten)]
    least: Least,
    /// The same seed breaks the same things in the same order
    #[arg(long, env = "SEED", default_value_t = 1)]
    seed: u64,
    /// Readers with a stream each
    #[arg(long, env = "READERS", default_value_t = 200)]
    readers: usize,
    /// Milliseconds between two looks of a reader
    #[arg(long, default_value_t = 1000)]
    pause: u64,
    /// People who race each other, in so many groups
    #[arg(long, env = "CREWS", default_value_t = 12)]
    crews: usize,
    /// Milliseconds between two races of a group
    #[arg(long, env = "RACES", default_value_t = 40)]
    races: u64,
    /// Orders that the shop cancels at each of its looks
    #[arg(long, env = "CANCELLED", default_value_t = 1)]
    cancelled: usize,
    /// Seconds of work before anything breaks, for measuring how long answers take
    #[arg(long, env = "CALM", default_value_t = 10)]
    calm: u64,
    /// Only faults whose name contains this
    #[arg(long)]
    only: Option<String>,
}

/// A machine that others use, too, may need longer for it: a run goes on until there was this much, for twice its time at
/// most.
#[derive(Debug, clap::Args)]
struct Least {
    /// Reads
    #[arg(long, default_value_t = 0)]
    least_reads: u64,
    /// Commands that were carried out, and messages that were acknowledged
    #[arg(long, default_value_t = 0)]
    least_writes: u64,
    /// Races for a free order
    #[arg(long, default_value_t = 0)]
    least_races: u64,
}

impl Least {
    fn is_reached(&self, crowd: &Crowd) -> bool {
        let sum = |of: &[&AtomicU64]| of.iter().map(|it| it.load(Ordering::Relaxed)).sum::<u64>();
        sum(&[&crowd.reads]) >= self.least_reads
            && sum(&[&crowd.done, &crowd.messages]) >= self.least_writes
            && sum(&[&crowd.races]) >= self.least_races
    }
}

/// What a run came to.
pub struct Outcome {
    pub report: Report,
    pub tally: Tally,
    pub races: u64,
    pub looks: Vec<Held>,
    /// Looks at what a server holds that failed.
    pub unseen: u64,
    pub seconds: f64,
    /// Seconds for which a process was kept from running, all of them together.
    pub starved: f64,
    /// Why the end was not as it must be.
    pub unsettled: Vec<String>,
}

impl Run {
    pub async fn run(&self) -> Result<(), Failure> {
        tell(format_args!("building the stage; logs in {}", self.size.folder.display()));
        let stage = Stage::build(&self.size).await?;
        let mut nears = Vec::new();
        for number in 0..self.size.boards {
            nears.push(Near::start(&stage, self.size.servers + number).await?);
        }
        let people = self.people(&stage).await?;
        let outcome = self.play(&stage, &nears, people).await;
        for near in &nears {
            near.end().await;
        }
        verdict::tell_all(self, &outcome?)
    }

    /// How much happens, for the table.
    pub fn load(&self) -> String {
        format!("{} readers, {} ms between two races of {} groups", self.readers, self.races, self.crews)
    }

    /// Whether it is a quick one, of which not everything can be asked.
    pub fn is_hasty(&self) -> bool {
        self.size.hasty
    }

    /// The seed, for the table.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Signs everybody in; every server knows them before anything breaks.
    async fn people(&self, stage: &Stage) -> Result<Vec<(String, Client)>, Failure> {
        let servers: Vec<_> = stage.servers.iter().map(|server| server.site).collect();
        let mut people = Vec::new();
        for number in 1..=self.size.operators {
            let login = format!("hand{number}");
            let mut nobody = Client::new(servers.clone(), String::new());
            let body = format!("login={login}&password={}", stage.password);
            let form = "Content-Type: application/x-www-form-urlencoded\r\n";
            let answer = nobody.post(0, "/api/login", &body, form).await.answer.map_err(|(_, why)| why)?;
            let cookie = answer.header("set-cookie").and_then(|it| it.split(';').next());
            let cookie = cookie.ok_or_else(|| format!("{login} cannot sign in: {}", answer.status))?;
            let mut person = Client::new(servers.clone(), cookie.to_owned());
            for server in 0..servers.len() {
                let least = Revision::default();
                let known = person.get(server, "/api/board?q=none", least, "").await;
                if !known.answer.is_ok_and(|answer| answer.status == 200) {
                    return Err(format!("{login} is not known to server {server}").into());
                }
            }
            people.push((login, person));
        }
        Ok(people)
    }

    async fn play(
        &self,
        stage: &Stage,
        nears: &[Near],
        people: Vec<(String, Client)>,
    ) -> Result<Outcome, Failure> {
        let crowd = Crowd::new(self.seed, stage.servers.len());
        let mut crew = JoinSet::new();
        let mut streams = JoinSet::new();
        self.open(stage, nears, &people, &crowd, &mut crew, &mut streams);
        let ground =
            Ground { stage, nears, people: people.iter().map(|(_, client)| client.again()).collect() };
        let watch = Arc::new(Watch::default());
        let watching = tokio::spawn(Arc::clone(&watch).sight(stage.postgres.url(stage.postgres.port)));
        let starved = Starved::begin();
        starved.watch(stage);
        calm::measure(&ground, Duration::from_secs(self.calm)).await?;
        // Those of the calm say nothing about faults.
        crowd.races.store(0, Ordering::Relaxed);
        let begun = Instant::now();
        let first = stage.servers.first().map(|server| server.service.id()).transpose()?;
        let Broken { tally, mut troubles, looks, unseen, mut unsettled } =
            self.break_things(&ground, &crowd, &starved, begun).await;
        let races = crowd.races.load(Ordering::Relaxed);
        if stage.servers.first().and_then(|server| server.service.id().ok()) != first {
            unsettled.push("the server that nothing restarts is another process".to_owned());
        }
        let seconds = begun.elapsed().as_secs_f64();
        tell("everything is whole again; waiting until everybody agrees");
        // What fails from here on is told with all that was found: the history says more than the failure.
        gather(&mut unsettled, taken_in(stage, &crowd).await);
        gather(&mut unsettled, settled(stage, nears).await);
        crowd.over.store(true, Ordering::Relaxed);
        home(&mut crew, "somebody", &mut unsettled).await;
        // What the shop has sent since is judged, too.
        gather(&mut unsettled, taken_in(stage, &crowd).await);
        gather(&mut unsettled, exhausted(&ground).await);
        unsettled.extend(quiet(stage).await);
        unsettled.extend(agreed(stage, nears).await);
        let head = Postgres::head(&mut stage.postgres.line().await?).await?;
        for at in home(&mut streams, "a stream", &mut unsettled).await {
            if at.rev + 200 < head.rev {
                unsettled.push(format!("a stream ended at {at}, the log at {head}"));
            }
        }
        watching.abort();
        let without = starved.take();
        let starved = without.iter().map(|it| (it.to - it.from) as f64 / 1e6).sum();
        troubles.extend(without);
        let log = stage.postgres.log().await?;
        let history = History {
            clients: std::mem::take(&mut *crowd.histories.lock().unwrap_or_else(PoisonError::into_inner)),
            troubles,
            sightings: watch.take(),
            boards: crowd.boards.members(),
        };
        tell(format_args!(
            "checking {} clients against {} changes",
            history.clients.len(),
            log.events().len()
        ));
        let report = check(&log, &history);
        Ok(Outcome { report, tally, races, looks, unseen, seconds, starved, unsettled })
    }

    /// Everybody comes.
    fn open(
        &self,
        stage: &Stage,
        nears: &[Near],
        people: &[(String, Client)],
        crowd: &Arc<Crowd>,
        crew: &mut JoinSet<()>,
        streams: &mut JoinSet<Revision>,
    ) {
        let some = |at: usize| people[at % people.len()].1.again();
        for near in nears {
            crew.spawn(Glance::new(crowd, near).run(1));
        }
        for reader in 0..self.readers {
            let encoding = ["br", "gzip", "identity"][reader % 3];
            // Each encoding in both forms.
            let reads = Reader::new(crowd, some(reader), encoding).of_rows(reader / 3 % 3 == 1);
            crew.spawn(reads.run(self.pause));
            streams.spawn(Stream::new(crowd, some(reader)).run());
        }
        let mut groups: Vec<Vec<Hand>> = (0..self.crews).map(|_| Vec::new()).collect();
        for (at, (login, client)) in people.iter().enumerate() {
            // Who looks before every race would have each server press every revision for nobody else.
            let reader = Reader::new(crowd, client.again(), "identity");
            groups[at % self.crews].push(Hand { login: login.clone(), reader });
        }
        for hands in groups.into_iter().filter(|hands| !hands.is_empty()) {
            let group = Crew { crowd: Arc::clone(crowd), hands, dice: crowd.dice() };
            crew.spawn(group.run(self.races));
        }
        let shop = Shop {
            crowd: Arc::clone(crowd),
            client: some(0),
            token: stage.token.clone(),
            broker: stage.broker.clone(),
            dice: crowd.dice(),
            cancelled: HashSet::new(),
            awaited: HashMap::new(),
        };
        crew.spawn(shop.run(120, self.cancelled, Reader::new(crowd, some(1), "identity")));
    }

    /// Breaks one thing after another until the time is over; tells now and then how it goes.
    async fn break_things(
        &self,
        ground: &Ground<'_>,
        crowd: &Crowd,
        starved: &Starved,
        begun: Instant,
    ) -> Broken {
        let means = Means {
            servers: self.size.servers,
            boards: self.size.boards,
            broker: self.size.amqp.is_some(),
            disk: self.size.disk.is_some(),
            clock: ground.stage.servers.iter().any(|server| server.clock.is_some()),
            hasty: self.size.hasty,
        };
        for (has, what) in [
            (means.broker, "lines to RabbitMQ"),
            (means.disk, "a full disk"),
            (means.clock, "a stepped clock"),
        ] {
            if !has {
                tell(format_args!("not broken here, for lack of means: {what}"));
            }
        }
        let mut broken = Broken::default();
        let whole = Duration::from_secs(self.seconds);
        let mut told = Instant::now();
        let chosen = |fault: &Fault| self.only.as_ref().is_none_or(|only| fault.name().contains(only));
        for (pause, fault) in Plan::new(self.seed, means).filter(|(_, fault)| chosen(fault)) {
            sleep(pause).await;
            if begun.elapsed() > whole && (self.least.is_reached(crowd) || begun.elapsed() > 2 * whole) {
                break;
            }
            // Before the next fault: what the last one had everybody open anew is put away by now.
            if let Some(first) = ground.stage.servers.first() {
                match Held::by(first).await {
                    Ok(held) => broken.looks.push(held),
                    Err(_) => broken.unseen += 1,
                }
            }
            let struck = match ground.strike(&fault).await {
                Ok(struck) => struck,
                Err(error) => {
                    broken.unsettled.push(format!("the run ended early: {error}"));
                    break;
                }
            };
            broken.tally.note(&fault, &struck);
            // Some of them are other processes now.
            starved.watch(ground.stage);
            broken.troubles.extend(struck.troubles);
            if told.elapsed() > Duration::from_secs(15) {
                told = Instant::now();
                let load = |of: &AtomicU64| of.load(Ordering::Relaxed);
                tell(format_args!(
                    "{:.0} s: {} faults, {} reads, {} commands done, {} races; the last: {}",
                    begun.elapsed().as_secs_f64(),
                    broken.tally.sums().0,
                    load(&crowd.reads),
                    load(&crowd.done),
                    load(&crowd.races),
                    fault.name()
                ));
            }
        }
        broken
    }
}

/// What became of the breaking.
#[derive(Default)]
struct Broken {
    tally: Tally,
    troubles: Vec<Trouble>,
    looks: Vec<Held>,
    unseen: u64,
    unsettled: Vec<String>,
}

/// Adds what was found, or why nothing could be.
fn gather(unsettled: &mut Vec<String>, found: Result<Vec<String>, Failure>) {
    unsettled.extend(found.unwrap_or_else(|error| vec![error.to_string()]));
}

/// Waits for everybody, each within the bound. Who does not come has handed nothing in, and is told.
async fn home<T: 'static>(people: &mut JoinSet<T>, who: &str, unsettled: &mut Vec<String>) -> Vec<T> {
    let mut came = Vec::new();
    loop {
        match timeout(PATIENCE, people.join_next()).await {
            Ok(Some(Ok(one))) => came.push(one),
            Ok(Some(Err(error))) => unsettled.push(format!("{who} failed: {error}")),
            Ok(None) => return came,
            Err(_) => {
                unsettled.push(format!("{} times: {who} did not come home", people.len()));
                people.abort_all();
                return came;
            }
        }
    }
}
