//! Saved views: plain forms, on the page `/views`.

use leptos::{prelude::*, server};
use server_fn::codec::{Json, PostUrl};

use super::{error::ApiError, session::Done};

/// Keeps a view of the board under a name.
///
/// # Errors
/// 401; 422 for a name of no or more than 40 characters, for one that another view of mine has, and for a thirteenth
/// view; 503.
#[server(name = SaveView, prefix = "/api", endpoint = "save_view", input = PostUrl, output = Json)]
pub async fn save_view(
    /// What it is called.
    name: Option<String>,
    /// The query of the board's address.
    view: Option<String>,
) -> Result<Done, ApiError> {
    let (actor, backend) = form::who()?;
    let name = form::name(name)?;
    let view = crate::address::view(&view.unwrap_or_default());
    form::done(async move { backend.save_view(&actor, name, view).await }).await
}

/// Gives a saved view another name.
///
/// # Errors
/// 401; 404 when it is not among mine; 422 as for [`save_view`]; 503.
#[server(name = RenameView, prefix = "/api", endpoint = "rename_view", input = PostUrl, output = Json)]
pub async fn rename_view(
    /// Which.
    id: Option<String>,
    /// What it is to be called.
    name: Option<String>,
) -> Result<Done, ApiError> {
    let (actor, backend) = form::who()?;
    let id = form::id(id)?;
    let name = form::name(name)?;
    form::done(async move { backend.rename_view(&actor, id, name).await }).await
}

/// Forgets a saved view.
///
/// # Errors
/// 401; 404 when it is not among mine; 422; 503.
#[server(name = DeleteView, prefix = "/api", endpoint = "delete_view", input = PostUrl, output = Json)]
pub async fn delete_view(
    /// Which.
    id: Option<String>,
) -> Result<Done, ApiError> {
    let (actor, backend) = form::who()?;
    let id = form::id(id)?;
    form::done(async move { backend.delete_view(&actor, id).await }).await
}

#[cfg(feature = "ssr")]
mod form {
    use std::sync::Arc;

    use leptos::{prelude::use_context, reactive::computed::ScopedFuture};
    use uuid::Uuid;

    use crate::{
        api::{
            error::{self, ApiError},
            fields,
            session::Done,
        },
        backend::{Backend, ViewRefusal},
        domain::{Actor, ViewName},
    };

    pub fn who() -> Result<(Actor, Arc<dyn Backend>), ApiError> {
        let actor = use_context::<Actor>().ok_or_else(error::signed_out)?;
        Ok((actor, fields::backend()?))
    }

    pub fn name(name: Option<String>) -> Result<ViewName, ApiError> {
        name.unwrap_or_default().parse().map_err(|_| error::view_refused(ViewRefusal::Nameless))
    }

    pub fn id(id: Option<String>) -> Result<Uuid, ApiError> {
        let id = Uuid::parse_str(&id.unwrap_or_default());
        id.map_err(|_| error::wrong_fields([("id", "must be a UUID")]))
    }

    /// The refusal is told after the await, so the owner of the context must still be at hand.
    pub async fn done(
        answer: impl Future<Output = Result<(), ViewRefusal>> + Send,
    ) -> Result<Done, ApiError> {
        ScopedFuture::new(answer).await.map(|()| Done {}).map_err(error::view_refused)
    }
}
