"""What a browser sends to have a page run: Streamlit's BackMsg."""

from __future__ import annotations

from collections.abc import Mapping

from streamlit.proto.BackMsg_pb2 import BackMsg


def request(
    page: str, url: str, drawn: Mapping[str, str], texts: Mapping[str, str], pressed: str = "", **fields: object
) -> BackMsg:
    """A request to run a page, or a fragment of it.

    page: its name, "" for a fragment; url: that the browser shows. drawn: JSON by the ids of canvases; texts: by the
    ids of fields; pressed: the id of a button. fields: further ones of the message.
    """
    message = BackMsg()
    message.rerun_script.CopyFrom(type(message.rerun_script)(page_name=page, **fields))
    state = message.rerun_script
    state.context_info.timezone, state.context_info.locale = "UTC", "en-US"
    state.context_info.url, state.context_info.color_scheme = url, "light"
    state.widget_states.SetInParent()
    for name, drawing in drawn.items():
        state.widget_states.widgets.add(id=name, json_value=drawing)
    for name, text in texts.items():
        state.widget_states.widgets.add(id=name, string_value=text)
    if pressed:
        state.widget_states.widgets.add(id=pressed, trigger_value=True)
    return message
