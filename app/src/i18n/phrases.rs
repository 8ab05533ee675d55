//! Texts that only the server writes into pages. The browser's program knows none of them, so they weigh nothing there.

use super::Lang;

/// `phrases! { Keys, method; Key: "по-русски", "in English"; … }`: the keys, and the method that tells their texts.
macro_rules! phrases {
    ($keys:ident, $says:ident; $($phrase:ident: $ru:literal, $en:literal;)+) => {
        /// A key for every text that only the server writes.
        #[expect(missing_docs, reason = "a key says what it is, its two texts say the rest")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $keys { $($phrase),+ }

        impl Lang {
            /// A text that only the server writes.
            #[must_use]
            pub const fn $says(self, phrase: $keys) -> &'static str {
                match phrase { $($keys::$phrase => self.one_of($ru, $en)),+ }
            }
        }

        #[cfg(test)]
        mod every_phrase {
            use super::*;

            #[test]
            fn says_something_in_its_own_letters() {
                let russian = |text: &str| text.chars().any(|c| ('А'..='я').contains(&c));
                for phrase in [$($keys::$phrase),+] {
                    assert!(russian(Lang::Ru.$says(phrase)), "{phrase:?}");
                    assert!(!russian(Lang::En.$says(phrase)) && !Lang::En.$says(phrase).is_empty(), "{phrase:?}");
                }
            }
        }
    };
}
pub(super) use phrases;

phrases! {
    Phrase, says;
    // what is new
    NewHere: "Новых для вас:", "New to you:";
    MarkSeen: "Всё видел", "Seen all";
    Sound: "Звук о новых", "Sound for new ones";
    // passed over
    Neglected: "Давно ждут", "Waiting long";
    NeglectedMore: "и ещё", "and another";
    Cancelled: "Отменены, остановите работу", "Cancelled: stop work";
    CancelledKnown: "Понятно", "I know";
    // saved views
    Views: "Виды", "Views";
    ViewsTitle: "Сохранённые виды", "Saved views";
    ViewsNone: "Пока ни одного. Отберите заказы на доске и сохраните отбор под именем.",
        "None yet. Filter the board and save what you see under a name.";
    ViewsFull: "Видов уже двенадцать. Удалите ненужный и сохраните ещё раз.",
        "There are twelve views already. Delete one that you don’t need and save again.";
    ViewTaken: "Вид с таким именем у вас уже есть. Назовите иначе.",
        "You already have a view of that name. Choose another one.";
    ViewNameRule: "Дайте виду имя: от 1 до 40 знаков.", "Give the view a name of 1 to 40 characters.";
    ViewGone: "Такого вида больше нет.", "This view is no longer there.";
    ViewName: "Имя вида", "Name of the view";
    ViewSave: "Сохранить этот вид", "Save this view";
    ViewSaveHint: "Поиск, отбор и порядок, с которыми вы сюда пришли", "The search, filters and order that you came with";
    ViewWhole: "Вся доска, сначала новые", "The whole board, newest first";
    ViewRename: "Переименовать", "Rename";
    ViewDelete: "Удалить", "Delete";
    ViewsAway: "Сохранённые виды сейчас не прочитать: база данных не отвечает. Доска при этом работает.",
        "Saved views can’t be read right now: the database doesn’t answer. The board still works.";
    // what a model measures
    Weight: "вес", "weight";
    WeightUnknown: "не посчитать: плотность этого сплава не записана", "can’t tell: this alloy’s density is not on record";
    WeightPending: "ещё не посчитан", "not worked out yet";
    OtherAlloys: "В других сплавах", "In other alloys";
    Volume: "объём металла", "metal, volume";
    Surface: "поверхность металла", "metal, surface";
    Bodies: "тела", "bodies";
    Wall: "самая тонкая стенка", "thinnest wall";
    Shell: "поверхность модели", "the model’s surface";
    ModelHere: "3D-модель уже в этом браузере", "the 3D model is in this browser already";
    // operators
    ByOperator: "Чьи заказы показать", "Whose orders to show";
    ByOperatorNone: "Сейчас ни у кого нет заказов.", "Nobody has an order right now.";
    Everybody: "Всех", "Everybody’s";
    Operator: "Мастер", "Operator";
    // log-in
    LoginName: "Имя для входа", "Log-in name";
    Password: "Пароль", "Password";
    Tagline: "Доска заказов мастерской", "The workshop’s order board";
    LoginHelp: "Имя и пароль выдаёт старший смены.", "Your supervisor gives you the name and the password.";
    // pages with nothing to show
    MissingTitle: "Такой страницы нет", "There is no such page";
    MissingText: "Возможно, адрес набран с ошибкой.", "The address may be mistyped.";
    OrderMissing: "Заказа с таким номером нет", "There is no order with this number";
    OrderAway: "Заказ сейчас не прочитать", "The order can’t be read right now";
    OrderAwayText: "База данных не отвечает. Доска при этом работает; попробуйте через минуту.",
        "The database doesn’t answer. The board still works; try again in a minute.";
    // the menu, and the way past it
    SkipToContent: "К заказам", "To the orders";
    Density: "Плотность", "Density";
    DensityBench: "Крупно", "Large";
    DensityDesk: "Плотно", "Compact";
    Theme: "Тема", "Theme";
    ThemeAuto: "Как в системе", "Automatic";
    ThemeLight: "Светлая", "Light";
    ThemeDark: "Тёмная", "Dark";
    // an order's facts
    NoDue: "не назначен", "not set";
    Approved: "Поступил", "Came in";
    Channel: "Откуда", "From";
    ChannelShop: "интернет-магазин", "online shop";
    ChannelApi: "партнёр (API)", "partner (API)";
    Triangles: "Треугольники", "Triangles";
    // failures
    RequestReused: "Эта форма уже отправлена с другими данными. Обновите страницу.",
        "This form was already sent with other data. Reload the page.";
    SessionOver: "Сеанс закончился", "The session has ended";
    SessionOverText: "Войдите снова: ничего не изменилось.", "Log in again: nothing was changed.";
    Refused: "Запрос отклонён", "The request was refused";
    RefusedText: "Он пришёл не со страницы этого сайта. Откройте доску и повторите действие там.",
        "It did not come from a page of this site. Open the board and do it there.";
    Away: "Временно недоступно", "Temporarily unavailable";
    AwayText: "Данные не потеряны. Подождите несколько секунд и обновите страницу.",
        "Nothing is lost. Wait a few seconds and reload the page.";
    Broken: "Ошибка на сервере", "The server failed";
    BrokenText: "Обновите страницу. Если не поможет, сообщите администратору номер ниже.",
        "Reload the page. If that does not help, tell the administrator the number below.";
    NotAccepted: "Запрос не принят", "The request was not accepted";
    NotAcceptedText: "Вернитесь и попробуйте ещё раз.", "Go back and try again.";
    // the model
    ModelAlt: "3D-модель изделия", "3D model of the piece";
    ModelLoading: "Загружается модель", "Loading the model";
    ModelFailed: "Модель не открылась. Проверьте связь и попробуйте ещё раз.",
        "The model did not open. Check the connection and try again.";
    ModelAway: "Хранилище моделей не отвечает. Модель откроется сама, как только оно ответит.",
        "The store of models does not answer. The model opens by itself as soon as it does.";
    ModelGone: "Этой модели больше нет на сервере. Обновите страницу.",
        "This model is no longer on the server. Reload the page.";
    ModelRetry: "Ещё раз", "Try again";
    ModelNoWebgl: "Этот браузер не умеет показывать 3D. Откройте заказ на другом устройстве.",
        "This browser can’t show 3D. Open the order on another device.";
    ModelUnverified: "Нет связи: модель сверена", "Offline: model last confirmed";
    ModelTroubled: "Ошибка на сервере: модель сверена", "Server trouble: model last confirmed";
    ModelNeedsScript: "Чтобы повернуть модель, включите в браузере JavaScript.",
        "Turn JavaScript on in the browser to turn the model.";
    // the traveller
    Traveller: "Маршрутный лист", "Traveller";
    TravellerPrint: "Напечатать", "Print";
    TravellerHint: "Один лист A6. Сканер, наведённый на код, открывает заказ с любой страницы.",
        "One sheet of A6. A scanner pointed at the code opens the order from any page.";
    TravellerCode: "QR-код с номером заказа", "QR code of the order’s number";
    TravellerMore: "Весь текст в заказе", "The whole text is in the order";
    TravellerStep: "Этап", "Step";
    TravellerWho: "Кто", "Who";
    TravellerWhen: "Когда", "When";
    TravellerOf: "Лист от", "As of";
    // the cache
    Cache: "Кэш", "Cache";
    CacheTitle: "Кэш доски", "The board’s cache";
    CacheCompare: "Сравнить с базой данных", "Compare with the database";
    CacheCompareHint: "Каждый заказ в Redis и в памяти этого сервера сравнивается с базой данных. Должно быть 0 расхождений. Не чаще раза в 10 секунд.",
        "Every order in Redis and in this server’s memory is compared with the database. There must be 0 differences. Once in 10 seconds at most.";
    Differences: "Расхождений", "Differences";
    CacheRunning: "Сравнение уже идёт. Повторите через несколько секунд.",
        "A comparison is running already. Try again in a few seconds.";
    CacheAway: "Сравнить не с чем: база данных не отвечает. Доска при этом работает.",
        "There is nothing to compare with: the database doesn’t answer. The board still works.";
    CacheWithoutRedis: "Redis не отвечает или пуст: сравнили только память этого сервера.",
        "Redis doesn’t answer or is empty: only this server’s memory was compared.";
    CacheRevision: "ревизия", "revision";
    Milliseconds: "мс", "ms";
    CopyRedis: "Общий кэш (Redis)", "Shared cache (Redis)";
    CopyServer: "Память этого сервера", "This server’s memory";
    SourceDatabase: "База данных", "Database";
    FaultMissing: "нет заказа, который есть в базе данных", "lacks an order that the database has";
    FaultExtra: "есть заказ, которого на доске быть не должно", "has an order that is not on the board";
    FaultDiffers: "данные заказа отличаются", "says something else of the order";
    FaultSum: "контрольная сумма не сходится с содержимым", "its sum does not agree with its contents";
    FaultRevision: "другая ревизия, сравнить нельзя", "is of a revision that can’t be compared";
    CacheNow: "Сейчас", "Now";
    CacheHits: "Прочитано из памяти", "Answered from memory";
    ReadsMemory: "Чтений из памяти", "Reads from memory";
    ReadsRedis: "Чтений из Redis", "Reads from Redis";
    ReadsDatabase: "Чтений из базы данных", "Reads from the database";
    CacheOrders: "Заказов на доске", "Orders on the board";
    CacheRevisionNow: "Ревизия", "Revision";
    CacheLag: "Изменений ещё не в кэше", "Changes behind the database";
    CacheFresh: "Совпадала с базой данных", "Agreed with the database";
    Answers: "отвечает", "answers";
    AnswersNot: "не отвечает", "doesn’t answer";
    CacheOneServer: "Числа этого сервера с его запуска.", "This server’s own figures since it started.";
    Refreshes: "Полные обновления", "Full refreshes";
    RefreshNone: "Ещё не было.", "None yet.";
    RefreshTimer: "по времени", "its time had come";
    RefreshCold: "общий кэш был пуст", "the shared cache was empty";
    RefreshEpoch: "база данных сменилась", "the database was another one";
    RefreshNear: "этот сервер не имел доски", "this server had no board";
    RefreshGap: "не хватало изменений", "changes were missing";
    RefreshDivergence: "нашлось расхождение", "a difference was found";
    RefreshDone: "сделано", "done";
    RefreshSkipped: "сделал другой сервер", "another server did it";
    RefreshFailed: "не удалось", "failed";
    LastChanges: "Последние изменения", "Last changes";
    ChangesNone: "С запуска этого сервера изменений не было.", "Nothing has changed since this server started.";
    ChangeLeft: "ушёл с доски", "left the board";
}
