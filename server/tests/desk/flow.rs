//! The flow of all orders: the same thirty orders that the domain is held to, through the database.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::HashMap, time::Duration};

use app::{
    backend::Backend,
    domain::{
        Command, Role, Timestamp,
        flow::{Measured, StageTimes},
        passport::Stage,
    },
};
use serde_json::json;
use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    floor,
    workshop::{self, Workshop, message::whole, press_once, workshop},
};

const CASE: &str = include_str!("../../../app/src/domain/passport/thirty_orders.txt");

fn moment(day: &str, time: &str) -> Timestamp {
    format!("2026-{day}T{time}Z").parse().unwrap()
}

/// `h:mm:ss` in seconds.
fn seconds(text: &str) -> i64 {
    text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap())
}

/// Writes the histories of the thirty orders as they were noted, and the orders themselves.
async fn thirty(shop: &Workshop) -> HashMap<String, Uuid> {
    let mut people = HashMap::new();
    for login in ["anna", "boris", "clara", "olga"] {
        people.insert(login.to_owned(), floor::orders::user(shop.database.pool(), login).await);
    }
    let mut orders = HashMap::new();
    for text in CASE.split("\n# ").skip(1) {
        let name = text.split(' ').next().unwrap();
        orders.insert(name.to_owned(), one(shop, &format!("T-{name}"), text, &people).await);
    }
    orders.extend(people);
    orders
}

/// Writes one order that is paid with 100 roubles, and its history: the lines that begin with a moment.
async fn one(shop: &Workshop, number: &str, text: &str, people: &HashMap<String, Uuid>) -> Uuid {
    let id = floor::orders::id();
    let order =
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, pay, pay_currency,
                                     status, status_since, approved_at)
                 VALUES ($1, $2, 'Кольцо', 'silver-925', 1, 900, 'RUB', 100, 'RUB', 'SHIPPED', now(), now())";
    sqlx::query(order).bind(id).bind(number).execute(shop.database.pool()).await.unwrap();
    for line in text.lines().skip(1).filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        step(shop, id, line, people).await;
    }
    id
}

async fn step(shop: &Workshop, order: Uuid, line: &str, people: &HashMap<String, Uuid>) {
    let words: Vec<&str> = line.split(' ').collect();
    let noted = words.iter().position(|word| *word == "noted").map(|at| moment(words[at + 1], words[at + 2]));
    let by = words.iter().find_map(|word| word.strip_prefix('@')).map(|login| people[login]);
    sqlx::query(
        "INSERT INTO order_history (order_id, status, at, source, operator_id, reason, noted_at)
         VALUES ($1, $2, $3::text::timestamptz, CASE WHEN $4::uuid IS NULL THEN 'shop' ELSE 'mes' END, $4,
                 CASE WHEN $5 THEN 'брак литья' END, $6::text::timestamptz)",
    )
    .bind(order)
    .bind(words[2])
    .bind(moment(words[0], words[1]).to_string())
    .bind(by)
    .bind(words.contains(&"?"))
    .bind(noted.map(|noted| noted.to_string()))
    .execute(shop.database.pool())
    .await
    .unwrap();
}

/// Waits until everything that the histories say is counted in, and the periods were measured after it.
async fn counted(shop: &Workshop) {
    let calm = async || {
        let waiting = "SELECT (SELECT count(*) FROM flow_due) + (SELECT count(*) FROM flow_days_due)";
        if shop.count(waiting).await > 0 {
            shop.desk.refresh_flow().await.unwrap();
        }
        shop.count(waiting).await == 0
    };
    floor::until("the flow is counted", Duration::from_secs(20), calm).await;
    // The periods are measured once a minute: another minute, another look.
    shop.clock.pass(Duration::from_secs(61));
    let measured = async || {
        shop.desk.refresh_flow().await.unwrap();
        let now = shop.desk.now();
        let made = "SELECT coalesce(extract(epoch FROM stages_made_at), 0)::bigint FROM flow_state";
        shop.count(made).await >= now.millis() / 1000 - 30
    };
    floor::until("the periods are measured", Duration::from_secs(20), measured).await;
}

/// The thirty orders as of noon on the thirtieth of November, in UTC; their identities and those of the people, by name.
async fn measured() -> (Workshop, Measured, HashMap<String, Uuid>) {
    let shop = workshop().await;
    shop.clock.set(moment("11-30", "12:00:00"));
    let orders = thirty(&shop).await;
    counted(&shop).await;
    let page = shop.desk.flow(24, None).await.unwrap();
    (shop, page.measured.unwrap(), orders)
}

#[tokio::test]
async fn every_stay_of_the_thirty_orders_is_kept_to_the_second() {
    let (shop, _, orders) = measured().await;
    for text in CASE.split("\n# ").skip(1) {
        let name = text.split(' ').next().unwrap();
        let rows =
            sqlx::query("SELECT stage, seconds, held FROM flow_stays WHERE order_id = $1 ORDER BY place")
                .bind(orders[name])
                .fetch_all(shop.database.pool())
                .await
                .unwrap();
        let kept: Vec<(String, Option<i64>)> =
            rows.iter().map(|row| (row.get("stage"), row.get("seconds"))).collect();
        let held: i64 = rows.iter().filter_map(|row| row.get::<Option<i64>, _>("held")).sum();

        // Parts of one stay follow each other in the same stage, around a hold.
        let mut expected: Vec<(String, i64)> = Vec::new();
        for line in text.lines().filter(|line| line.starts_with('>')) {
            let words: Vec<&str> = line.split(' ').collect();
            match expected.last_mut() {
                Some(last) if last.0 == words[1] => last.1 += seconds(words[3]),
                _ => expected.push((words[1].to_owned(), seconds(words[3]))),
            }
        }
        let open = text.contains("\n! open");
        let whole: Vec<i64> = text
            .lines()
            .find(|line| line.starts_with("= whole"))
            .unwrap()
            .split(' ')
            .skip(2)
            .map(seconds)
            .collect();
        for (at, (stage, seconds)) in expected.iter().enumerate() {
            let goes_on = open && at + 1 == expected.len();
            assert_eq!(kept[at], (stage.clone(), (!goes_on).then_some(*seconds)), "order {name}, stay {at}");
        }
        assert_eq!(kept.len(), expected.len(), "order {name}");
        assert!(open || held == whole[3], "order {name}: {held} seconds on hold, not {}", whole[3]);
    }
}

/// Percentiles are reckoned in binary fractions.
fn exact(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn times(all: &[StageTimes], stage: Stage) -> (i64, f64, f64) {
    let found = all.iter().find(|times| times.stage == stage).unwrap();
    (found.stays, exact(found.p50), exact(found.p90))
}

/// The seven days are those of the wall in UTC+3: from the 24th of November on, that is from the 23rd, 21:00 UTC.
#[tokio::test]
async fn stages_of_this_week_and_last_are_what_was_reckoned_by_hand() {
    let (_shop, measured, _) = measured().await;
    let [this, last] = &measured.stages;
    // 0:10, 1:00, 4:00, 15:00 and 63:00 hours: the middle one; 15:00 and six tenths of the way to 63:00.
    assert_eq!(times(this, Stage::Free), (5, 14_400.0, 157_680.0));
    // 6:00, 7:00, 8:00 and 20:30, of which 18:00 on hold.
    assert_eq!(times(this, Stage::Bench), (4, 27_000.0, 60_300.0));
    // 0:30 and 0:45; then a single 0:15.
    assert_eq!(times(this, Stage::Made), (2, 2_250.0, 2_610.0));
    assert_eq!(times(this, Stage::Packing), (1, 900.0, 900.0));
    assert!(this.iter().all(|times| times.stage != Stage::Delivery));
    // 0:30:00, 0:44:55, 1:00:00 and 7:59:59.
    assert_eq!(times(last, Stage::Free), (4, 3_147.5, 21_239.3));
    // 2:00, 5:00, 6:00, 8:00, 12:00 and 25:00, of which 24:00 on hold.
    assert_eq!(times(last, Stage::Bench), (6, 25_200.0, 66_600.0));
    assert_eq!(times(last, Stage::Delivery), (1, 274_800.0, 274_800.0));

    let [this, last] = &measured.periods;
    assert_eq!(
        (this.shipped, this.sums.working, this.sums.waiting, this.sums.held),
        (1, 54_900, 61_200, 73_800)
    );
    assert_eq!(this.lead.map(|it| it.map(exact)), Some([189_900.0, 189_900.0]));
    assert_eq!((last.shipped, last.sums.working, last.sums.waiting, last.sums.held), (4, 94_559, 80_701, 0));
    assert_eq!(last.lead.map(|it| it.map(exact)), Some([22_230.0, 90_000.0]));
}

#[tokio::test]
async fn days_and_people_are_what_was_reckoned_by_hand() {
    let (shop, measured, names) = measured().await;
    let day = |month: u8, day: u8| {
        let found = measured.days.iter().find(|it| (it.day.month, it.day.day) == (month, day)).unwrap();
        (found.arrived, found.shipped, found.cancelled, found.levels)
    };
    assert_eq!(measured.days.len(), 42);
    // Levels: packing, made, bench, free.
    assert_eq!(day(11, 27), (2, 0, 0, [0, 1, 1, 1]));
    assert_eq!(day(11, 30), (0, 0, 0, [0, 1, 2, 1]));
    // The message of order 14 is still lost on the 11th, and order 11 is held in the pool: both wait to be taken.
    assert_eq!(day(11, 11), (2, 2, 0, [0, 0, 0, 2]));
    assert_eq!(day(11, 25), (0, 1, 0, [0, 0, 0, 0]));

    assert_eq!(person(&measured, "boris"), (3, 0, 3, 1, "300.00".to_owned()));
    assert_eq!(person(&measured, "anna"), (1, 1, 0, 0, String::new()), "what was given back is not paid");
    assert_eq!(person(&measured, "clara"), (1, 0, 0, 0, "100.00".to_owned()));

    one(&shop, "T-31", GIVEN_BACK_AFTER_REWORK, &names).await;
    counted(&shop).await;
    let measured = shop.desk.flow(24, None).await.unwrap().measured.unwrap();
    assert_eq!(person(&measured, "anna"), (2, 2, 1, 0, String::new()), "nor after a rework");
    assert_eq!(person(&measured, "clara"), (2, 0, 0, 0, "200.00".to_owned()), "it is paid once");
}

const GIVEN_BACK_AFTER_REWORK: &str = "31 given back after a rework, and taken by somebody else
11-25 08:00:00 MANUFACTURING_APPROVED
11-25 09:00:00 MANUFACTURING_STARTED @anna
11-25 12:00:00 MANUFACTURING_COMPLETED @anna
11-25 13:00:00 MANUFACTURING_STARTED @olga ?
11-26 09:00:00 MANUFACTURING_APPROVED @anna ?
11-26 10:00:00 MANUFACTURING_STARTED @clara";

/// Taken, given back, made, shipped, and earned.
fn person(measured: &Measured, login: &str) -> (i64, i64, i64, i64, String) {
    let found = measured.people.iter().find(|person| person.login == login).unwrap();
    let pay = found.pay.iter().map(|pay| pay.amount.to_string()).collect::<Vec<_>>().join("+");
    (found.taken, found.given_back, found.finished, found.shipped, pay)
}

/// Everything that the page's figures come from, as text.
async fn dump(shop: &Workshop) -> Vec<String> {
    let mut all = Vec::new();
    for table in [
        "flow_stays",
        "flow_orders",
        "flow_days",
        "flow_day_orders",
        "flow_day_people",
        "flow_stages",
        "flow_periods",
    ] {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t ORDER BY 1")))
                .fetch_all(shop.database.pool())
                .await
                .unwrap();
        all.push(table.to_owned());
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn counting_again_changes_nothing_and_counting_bit_by_bit_comes_to_the_same() {
    let (shop, ..) = measured().await;
    let once = dump(&shop).await;
    sqlx::query("INSERT INTO flow_due (order_id) SELECT DISTINCT order_id FROM order_history")
        .execute(shop.database.pool())
        .await
        .unwrap();
    counted(&shop).await;
    assert_eq!(dump(&shop).await, once);
    from_nothing(&shop).await;
    assert_eq!(dump(&shop).await, once);
}

/// Empties everything that is worked out from the histories, and has it filled again at once.
async fn from_nothing(shop: &Workshop) {
    for table in ["flow_stays", "flow_orders", "flow_days", "flow_day_orders", "flow_day_people"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(shop.database.pool())
            .await
            .unwrap();
    }
    sqlx::query(
        "INSERT INTO flow_due (order_id) SELECT DISTINCT order_id FROM order_history ORDER BY order_id DESC",
    )
    .execute(shop.database.pool())
    .await
    .unwrap();
    counted(shop).await;
}

#[tokio::test]
async fn pay_that_the_shop_changes_after_the_take_is_what_was_earned_on_that_day() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut message = whole("A-1");
    assert_eq!(shop.post(&message).await, "accepted");
    let id = message["order"]["id"].as_str().unwrap().parse().unwrap();
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    counted(&shop).await;
    let earned = async || person(&shop.desk.flow(24, None).await.unwrap().measured.unwrap(), "anna").4;
    assert_eq!(earned().await, "6900.50");

    message["message_id"] = json!(floor::orders::id().to_string());
    message["order"]["source_version"] = json!(8);
    message["order"]["operator_pay"] = json!({ "amount": "250.00", "currency": "RUB" });
    assert_eq!(shop.post(&message).await, "updated");
    counted(&shop).await;
    assert_eq!(earned().await, "250.00");
    let once = dump(&shop).await;
    from_nothing(&shop).await;
    assert_eq!(dump(&shop).await, once);
}

#[tokio::test]
async fn another_calendar_counts_every_day_anew() {
    let (shop, ..) = measured().await;
    let before = shop.count("SELECT count(*) FROM flow_days").await;
    sqlx::query("UPDATE flow_state SET calendar = 600").execute(shop.database.pool()).await.unwrap();
    let back = async || {
        shop.desk.refresh_flow().await.unwrap();
        shop.count("SELECT calendar::bigint FROM flow_state").await == i64::from(app::i18n::wall_clock())
    };
    floor::until("the calendar is the wall's again", Duration::from_secs(20), back).await;
    counted(&shop).await;
    assert_eq!(shop.count("SELECT count(*) FROM flow_days").await, before);
}

#[tokio::test]
async fn the_flow_follows_what_people_do_and_one_server_at_a_time_works_it_out() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let other = shop.another().await;
    let id = shop.order("A-1").await;
    for (version, command) in
        [(1, Command::Take), (2, Command::Release), (3, Command::Take), (4, Command::Complete)]
    {
        press_once(&shop.desk, &anna, command, id, version).await.unwrap();
    }
    counted(&shop).await;
    other.refresh_flow().await.unwrap();
    let stays: Vec<(String, bool, bool)> =
        sqlx::query_as("SELECT stage, again, given_back FROM flow_stays ORDER BY place")
            .fetch_all(shop.database.pool())
            .await
            .unwrap();
    let row = |stage: &str, again, given_back| (stage.to_owned(), again, given_back);
    assert_eq!(
        stays,
        [
            row("free", false, false),
            row("bench", false, true),
            row("free", true, false),
            row("bench", false, false),
            row("made", false, false)
        ]
    );
    let page = shop.desk.flow(1, None).await.unwrap();
    assert_eq!(page.standing[2].count, 1);
    assert_eq!(page.standing[2].oldest.as_ref().unwrap().0.as_str(), "A-1");
    let worst = &page.worst[0];
    assert_eq!(
        (worst.number.as_str(), worst.releases, worst.reasons.as_slice()),
        ("A-1", 1, ["брак литья".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn a_command_never_waits_for_whoever_works_out_the_flow() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let (first, second) = (shop.order("A-1").await, shop.order("A-2").await);
    let free = async || shop.count("SELECT count(*) FROM flow_due").await == 0;
    floor::until("the first look is over", Duration::from_secs(20), free).await;
    // A keeper in the middle of its work, with all its locks, that does not come to an end.
    let mut keeper = shop.database.pool().begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(x'666c6f77'::bigint)").execute(&mut *keeper).await.unwrap();
    press_once(&shop.desk, &anna, Command::Take, first, 1).await.unwrap();
    for statement in [
        "DELETE FROM flow_due",
        "DELETE FROM flow_stays",
        "DELETE FROM flow_orders",
        "DELETE FROM flow_days",
        "DELETE FROM flow_day_orders",
        "DELETE FROM flow_day_people",
        "INSERT INTO flow_days_due SELECT current_date ON CONFLICT DO NOTHING",
    ] {
        sqlx::query(statement).execute(&mut *keeper).await.unwrap();
    }
    let begun = std::time::Instant::now();
    press_once(&shop.desk, &anna, Command::Complete, first, 2).await.unwrap();
    press_once(&shop.desk, &anna, Command::Take, second, 1).await.unwrap();
    assert_eq!(shop.post(&json!(workshop::message::approval("A-3"))).await, "accepted");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    // Nor does the page.
    assert!(shop.desk.flow(24, None).await.unwrap().measured.is_some());
    keeper.rollback().await.unwrap();
}
