//! Words of "this is slow", and of the page that collects it. Only the server writes them.

use super::{Lang, phrases::phrases};
use crate::domain::slow::{Device, Part, Verdict};

phrases! {
    Slow, slow;
    Button: "Страница тормозит", "This is slow";
    Title: "Медленные страницы", "Slow pages";
    Reports: "Что прислали", "What people sent";
    ReportsNone: "Пока никто не жаловался.", "Nobody has complained yet.";
    ReportsHint: "Страница, устройство и время, которое измерил браузер. Кто прислал, не записывается.",
        "The page, the device and the times that the browser measured. Who sent it is not recorded.";
    ReportsAway: "Присланное сейчас не прочитать: база данных не отвечает.", "What was sent can’t be read right now: the database doesn’t answer.";
    When: "Когда", "When";
    Page: "Страница", "Page";
    Device: "Устройство", "Device";
    Where: "Где было время", "Where the time went";
    Trace: "Трасса", "Trace";
    Traces: "Последние медленные запросы этого сервера", "The last slow requests of this server";
    TracesHint: "Команды, сообщения и страницы записываются все, остальное выборочно. В памяти, до перезапуска.",
        "Commands, messages and pages are all recorded, the rest by sample. In memory, until the restart.";
    TracesNone: "Медленных запросов не было.", "There were no slow requests.";
    TraceGone: "Этой трассы на этом сервере нет: хранятся последние медленные и последние об изменениях заказов.",
        "This server doesn’t have that trace: the last slow ones are kept, and the last that changed orders.";
    Took: "Длилось", "Took";
    Failed: "не удалось", "failed";
    // how what was sent is spread
    Sum: "Из показанного ниже", "Of what is shown below";
    InAll: "Всего", "In all";
    AllPages: "все страницы", "all pages";
    OtherPage: "другие", "others";
    // what a browser measures
    Measured: "Все измеренные времена", "All times that were measured";
    NothingMeasured: "Браузер ничего не измерил.", "The browser measured nothing.";
    FirstByte: "От перехода до первого байта ответа", "From the navigation to the answer’s first byte";
    InServer: "из них в сервере", "of these, in the server";
    InDatabase: "из них ждали базу данных", "of these, waiting for the database";
    InCache: "из них ждали кэш", "of these, waiting for the cache";
    Download: "Загрузка страницы", "The page’s download";
    LargestPaint: "От перехода до самого крупного на экране", "From the navigation to the largest thing on the screen";
    FirstCard: "От перехода до первой карточки", "From the navigation to the first card";
    Interaction: "Самый долгий ответ браузера на нажатие", "The browser’s slowest answer to a press";
    Model: "До модели, которую можно повернуть", "Until the model can be turned";
    InModelFile: "из них до конца её файла", "of these, until its file was there";
    InModelStore: "из них в хранилище моделей (S3)", "of these, in the store of models (S3)";
}

impl Lang {
    /// A kind of device.
    #[must_use]
    pub const fn device(self, device: Device) -> &'static str {
        match device {
            Device::Phone => self.one_of("телефон", "phone"),
            Device::Tablet => self.one_of("планшет", "tablet"),
            Device::Desktop => self.one_of("компьютер", "computer"),
        }
    }

    /// Where a page's time went, in one line for whoever pressed.
    #[must_use]
    pub fn slow_line(self, verdict: Option<Verdict>) -> String {
        let Some(Verdict { part, ms, whole }) = verdict else {
            return self
                .one_of("Отправлено. Браузер ничего не измерил.", "Sent. The browser measured nothing.")
                .to_owned();
        };
        let (ms, whole) = (self.seconds(ms), self.seconds(whole));
        let part = self.slow_part(part);
        match self {
            Self::Ru => format!("Отправлено. Дольше всего: {part}, {ms} из {whole}."),
            Self::En => format!("Sent. Longest: {part}, {ms} of {whole}."),
        }
    }

    /// A part of a page's time.
    #[must_use]
    pub const fn slow_part(self, part: Part) -> &'static str {
        match part {
            Part::Network => self.one_of("сеть до сервера", "the network to the server"),
            Part::Server => self.one_of("сервер", "the server"),
            Part::Database => self.one_of("база данных", "the database"),
            Part::Cache => self.one_of("кэш", "the cache"),
            Part::Download => self.one_of("загрузка страницы", "the page’s download"),
            Part::Browser => self.one_of("устройство рисует страницу", "the device draws the page"),
            Part::Press => self.one_of("ответ на нажатие", "the answer to a press"),
            Part::Models => self.one_of("хранилище моделей", "the store of models"),
            Part::ModelFile => self.one_of("загрузка модели", "the model’s download"),
            Part::ModelDraw => self.one_of("устройство готовит модель", "the device prepares the model"),
        }
    }

    /// Milliseconds as people read them: «350 мс», «1,2 с».
    #[must_use]
    pub fn seconds(self, ms: f64) -> String {
        if ms < 999.5 {
            return format!("{ms:.0}\u{a0}{}", self.one_of("мс", "ms"));
        }
        let seconds = format!("{:.1}", ms / 1000.0);
        format!("{}\u{a0}{}", self.decimal(&seconds), self.one_of("с", "s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_where_the_time_went() {
        let verdict = Verdict { part: Part::Database, ms: 1234.0, whole: 1900.0 };
        let plain = |text: String| text.replace('\u{a0}', " ");
        assert_eq!(
            plain(Lang::Ru.slow_line(Some(verdict))),
            "Отправлено. Дольше всего: база данных, 1,2 с из 1,9 с."
        );
        assert_eq!(plain(Lang::En.slow_line(Some(verdict))), "Sent. Longest: the database, 1.2 s of 1.9 s.");
        assert_eq!(plain(Lang::En.seconds(349.6)), "350 ms");
        assert!(Lang::Ru.slow_line(None).contains("ничего"));
    }
}
