//! The words of the radar: whether messages come, and what is wrong with those that could not be taken in.

mod rules;
mod sentences;

use super::{Lang, phrases::phrases};

phrases! {
    RadarWord, radar;
    Title: "Радар сообщений", "Message radar";
    Lead: "Что приходит из магазина и CRM, что уходит обратно и что застряло.",
        "What comes from the shop and the CRM, what goes back, and what is stuck.";
    Refresh: "Обновить", "Refresh";
    AsOf: "Данные на", "As of";
    DatabaseAway: "База данных не отвечает: счётчики и письма сейчас не прочитать. Сообщения ждут в RabbitMQ, ничего не теряется.",
        "The database doesn’t answer: counts and letters can’t be read right now. Messages wait in RabbitMQ, nothing is lost.";
    // lines
    Lines: "Связь", "Connection";
    NoBroker: "RabbitMQ не подключён (не задан AMQP_URL): сообщения приходят только по HTTP, новости ждут в очереди.",
        "RabbitMQ is not connected (AMQP_URL is not set): messages come over HTTP alone, news wait in the outbox.";
    LineIntake: "Заказы сюда", "Orders in";
    LineRelay: "Новости отсюда", "News out";
    LineLetters: "Негодные письма", "Dead letters";
    Working: "работает", "works";
    Held: "ждёт базу данных, сообщения копятся в RabbitMQ", "waits for the database, messages pile up in RabbitMQ";
    New: "подключается", "connecting";
    Away: "RabbitMQ не отвечает", "RabbitMQ doesn’t answer";
    Leaderless: "RabbitMQ отвечает, а его очередь нет: после сбоя она осталась без лидера, нужен перезапуск RabbitMQ",
        "RabbitMQ answers, its queue doesn’t: it has no leader since a crash, RabbitMQ needs a restart";
    Misdeclared: "очередь в RabbitMQ создана с другими свойствами: какая, сказано в журнале сервера",
        "a queue in RabbitMQ was made with other properties: the server’s log says which";
    Forbidden: "RabbitMQ не пускает: проверьте пользователя и права", "RabbitMQ refuses: check the user and its permissions";
    LastMessage: "Последнее сообщение", "Last message";
    NoMessage: "ещё не было", "none yet";
    Lag: "Отставание от источника", "Lag behind the source";
    Backlog: "Новости в очереди", "News waiting";
    BacklogNone: "нет, всё отправлено", "none, all sent";
    BacklogOldest: "первая ждёт", "the first has waited";
    // counts
    Counts: "Сообщения", "Messages";
    Hour: "За час", "Last hour";
    Today: "Сегодня", "Today";
    Accepted: "Приняты", "Accepted";
    Updated: "Обновили заказ", "Updated an order";
    Duplicate: "Повторы", "Duplicates";
    Ignored: "Не для цеха", "Not for the workshop";
    Stale: "Устаревшие", "Stale";
    Dead: "Негодные (RabbitMQ)", "Dead (RabbitMQ)";
    Refused: "Отклонены по HTTP: отправитель узнал сразу", "Refused over HTTP: the sender was told at once";
    // letters
    Letters: "Негодные письма", "Dead letters";
    LettersLead: "Эти сообщения не удалось принять. Когда причина устранена, повторите приём: дважды ничего не случится.",
        "These messages could not be taken in. When the cause is mended, try again: nothing happens twice.";
    LettersNone: "Нет. Всё, что пришло, принято.", "None. Everything that came was taken in.";
    Replay: "Повторить", "Try again";
    ReplayAll: "Повторить все", "Try all again";
    Dismiss: "Убрать", "Put away";
    DismissHint: "Из этого сообщения уже ничего не выйдет", "Nothing can be made of this message any more";
    ShowBody: "Показать сообщение", "Show the message";
    Cut: "Сохранено только начало: повторить нельзя, попросите источник прислать заново.",
        "Only its beginning was kept: it can’t be tried again, ask the source to send it anew.";
    Wrong: "Что не так", "What is wrong";
    Next: "Дальше", "Next";
    Previous: "Назад", "Back";
    Settled: "Разобраны недавно", "Dealt with recently";
    // orders
    Announced: "Объявлены, но не одобрены", "Announced, never approved";
    AnnouncedLead: "Источник рассчитал цену или пошёл дальше, а одобрения сюда не пришло.",
        "The source has priced them or gone on, and no approval has come here.";
    AnnouncedNone: "Нет: одобрены все, о которых мы слышали.", "None: all that we heard of were approved.";
    LostForSure: "одобрение потеряно: источник уже пошёл дальше", "the approval was lost: the source has gone on";
    Silent: "Замолчали", "Gone silent";
    SilentLead: "Трое суток без единого движения.", "Three days without a single step.";
    SilentNone: "Нет: все заказы движутся.", "None: all orders are moving.";
    Unpriced: "Отправлены на расчёт, цены всё нет", "Submitted, still without a price";
    Order: "Заказ", "Order";
    Status: "Состояние", "Status";
    Heard: "Последнее известие", "Last heard";
    Holder: "У кого", "Who has it";
    Nobody: "ни у кого", "nobody";
    // refusals
    LetterGone: "Такого письма нет: его уже разобрали.", "There is no such letter: it was dealt with already.";
    LettersBusy: "База данных занята или не отвечает. Нажмите ещё раз через несколько секунд: дважды ничего не случится.",
        "The database is busy or doesn’t answer. Press again in a few seconds: nothing happens twice.";
    ForbiddenTitle: "Только для старших смены", "For supervisors only";
    ForbiddenText: "Этой страницей пользуются старший смены и администратор. Если она нужна и вам, попросите администратора.",
        "This page is for supervisors and administrators. If you need it too, ask an administrator.";
    ToRadar: "К радару", "To the radar";
}
