//! Words of the page of figures. Only the server writes them.

use super::{Lang, phrases::phrases};
use crate::domain::flow::AGE_BOUNDS;

phrases! {
    Flow, flow;
    Title: "Поток", "Flow";
    Heading: "Куда уходит время заказов", "Where the orders’ time goes";
    Now: "Сейчас на доске", "On the board now";
    Status: "Статус", "Status";
    Orders: "Заказов", "Orders";
    Oldest: "Самый давний", "Oldest";
    Overdue: "просрочены по дате", "past their date";
    PastPromise: "старше трёх недель", "older than three weeks";
    FreeLong: "свободны дольше", "free for longer than";
    Hours: "Свободен дольше, часов", "Free for longer than, hours";
    Show: "Показать", "Show";
    ArrivedToday: "пришло сегодня", "arrived today";
    ShippedToday: "отправлено сегодня", "shipped today";
    CancelledToday: "отменено сегодня", "cancelled today";
    Stages: "Сколько длится каждая стадия", "How long each stage takes";
    StagesHint: "Стадии, которые закончились за последние 7 дней, считая сегодня, и за 7 дней до них. Время календарное: ночи и выходные считаются.",
        "Stages that ended in the last 7 days, today included, and in the 7 days before. Calendar time: nights and weekends count.";
    Stage: "Стадия", "Stage";
    Ended: "Закончилось", "Ended";
    Half: "Половина не дольше", "Half take at most";
    Most: "9 из 10 не дольше", "9 of 10 take at most";
    This: "эти 7 дней", "these 7 days";
    Last: "7 дней до них", "7 days before";
    Upper: "верхняя полоса: эти 7 дней", "upper bar: these 7 days";
    Lower: "нижняя полоса: 7 дней до них", "lower bar: the 7 days before";
    Change: "стало", "change";
    Longest: "дольше всех", "longest";
    NotYet: "Пока ничего не закончилось.", "Nothing has ended yet.";
    Efficiency: "Эффективность потока", "Flow efficiency";
    EfficiencyHint: "Доля работы во времени от одобрения до отправки, по отправленным заказам",
        "Work as a share of the time from approval to shipment, over the shipped orders";
    Lead: "От одобрения до отправки", "From approval to shipment";
    Shipped: "Отправлено", "Shipped";
    Diagram: "Накопительная диаграмма", "Cumulative flow diagram";
    DiagramHint: "Верхний край: сколько пришло. Нижняя полоса: сколько ушло. Толщина полосы: сколько стоит в стадии.",
        "Upper edge: what has come. Lowest band: what has left. The thickness of a band: what stands in the stage.";
    Left: "Ушли", "Left";
    Throughput: "Пришло и отправлено по дням", "Arrived and shipped, day by day";
    Arrived: "пришло", "arrived";
    ShippedDay: "отправлено", "shipped";
    Ages: "Возраст заказов на доске", "How old the orders on the board are";
    AgesHint: "Дней от одобрения", "Days since the approval";
    People: "Мастера за 7 дней", "Operators, 7 days";
    Person: "Мастер", "Operator";
    Taken: "Взял", "Took";
    GivenBack: "Вернул", "Gave back";
    Finished: "Изготовил", "Made";
    Sent: "Отправил", "Shipped";
    Pay: "Оплата за взятое", "Pay for what was taken";
    PeopleNone: "За эти дни никто ничего не брал.", "Nobody took anything in these days.";
    Worst: "Десять самых долгих", "The ten that took longest";
    WorstHint: "Из тех, что на доске, и отправленных за 7 дней", "Of those on the board and those shipped in 7 days";
    Order: "Заказ", "Order";
    InAll: "Всего", "In all";
    MostIn: "Дольше всего", "Most of it";
    Why: "Почему", "Why";
    Reworked: "доработок", "reworks";
    Released: "возвратов", "times given back";
    NotHeard: "цех долго о нём не знал", "the workshop did not hear of it for long";
    NotTaken: "никто не взял", "nobody has taken it";
    NobodyTook: "долго никто не брал", "nobody took it for long";
    LongBench: "долго у мастера", "long at the bench";
    LongMade: "долго ждал упаковки", "waited long for packing";
    LongPacking: "долго упаковывали", "long in packing";
    NoModel: "нет 3D-модели", "there is no 3D model";
    ModelUnchecked: "3D-модель ещё не проверена", "the 3D model is not checked yet";
    ModelRefused: "3D-модель не прошла проверку", "the 3D model did not pass the check";
    WorstNone: "Заказов пока нет.", "There are no orders yet.";
    Promise: "Когда будет готов", "When it will be ready";
    PromiseHint: "По тому, сколько заказы на деле проводили в каждой стадии последние четыре недели. Заказ, одобренный сейчас, будет отправлен не позже:",
        "By how long orders really stayed in each stage in the last four weeks. An order that is approved now is shipped by:";
    TooFew: "Пока слишком мало законченных стадий, чтобы обещать день.", "Too few stages have ended yet to promise a day.";
    Certainty: "Насколько верно", "How sure";
    ReadyBy: "Не позже", "By";
    Kept: "Сдержано обещаний", "Promises kept";
    Judged: "Из наступивших дней", "Of days that have come";
    Bonuses: "Обойдённые заказы и надбавки", "Passed-over orders and bonuses";
    BonusesHint: "Заказы, которые за последние четыре недели оставались свободными дольше трёх дней. С надбавкой время считается от неё, без неё от конца третьего дня.",
        "Orders that stayed free for more than three days in the last four weeks. With a bonus the time counts from it, without one from the end of the third day.";
    WithBonus: "с надбавкой", "with a bonus";
    WithoutBonus: "без надбавки", "without one";
    TakenSince: "Взяты", "Taken";
    HalfTaken: "Половина взята за", "Half taken within";
    Csv: "Таблицы в CSV", "Tables as CSV";
    CsvStages: "стадии", "stages";
    CsvDays: "дни", "days";
    CsvPeople: "мастера", "operators";
    CsvOrders: "заказы за 90 дней", "orders of 90 days";
    AsOf: "По историям на", "By the histories as of";
    Counting: "Истории ещё подсчитываются: обновите страницу через минуту.",
        "The histories are still being counted: reload the page in a minute.";
    FlowAway: "Истории сейчас не прочитать: база данных не отвечает. Доска выше верна.",
        "The histories can’t be read right now: the database doesn’t answer. The board above is right.";
}

impl Lang {
    /// A group of age in days: «7–14», «больше 21».
    #[must_use]
    pub fn age_group(self, group: usize) -> String {
        match (group, AGE_BOUNDS.get(group)) {
            (0, Some(to)) => format!("0–{to}"),
            (_, Some(to)) => format!("{}–{to}", AGE_BOUNDS[group - 1]),
            (_, None) => {
                let over = AGE_BOUNDS.last().copied().unwrap_or_default();
                format!("{} {over}", self.one_of("больше", "over"))
            }
        }
    }
}
