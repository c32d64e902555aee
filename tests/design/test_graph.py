"""What a hostile `generator.onnx` may carry, built with the onnx library where that can build it."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from modiste.design.graph import MAX_FIELDS, check_graph
from modiste.design.model import open_session
from modiste.errors import BadInput

SOURCE = Path("generator.onnx")


def plain(*nodes: onnx.NodeProto) -> onnx.ModelProto:
    """A model of one addition, and of what else is given."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2]) for name in ("noise", "image")]
    weight = numpy_helper.from_array(np.ones(2, np.float32), "weight")
    graph = helper.make_graph(
        [helper.make_node("Add", ["noise", "weight"], ["image"]), *nodes],
        "graph",
        values[:1],
        values[1:],
        [weight],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def refusal(model: onnx.ModelProto | bytes) -> str:
    data = model if isinstance(model, bytes) else model.SerializeToString()
    with pytest.raises(BadInput) as caught:
        check_graph(data, SOURCE)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_plain_generator_passes_and_is_what_onnxruntime_runs() -> None:
    data = plain().SerializeToString()
    check_graph(data, SOURCE)
    drawn = open_session(data, "test").run(["image"], {"noise": np.zeros((1, 2), np.float32)})[0]
    assert np.array_equal(drawn, np.ones((1, 2), np.float32))


def external(location: str | None) -> onnx.ModelProto:
    model = plain()
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    if location is not None:
        tensor.external_data.add(key="location", value=location)
    return model


@pytest.mark.parametrize("location", ["/etc/passwd", "../weights", "weights.data", None])
def test_weights_in_another_file_are_refused(location: str | None) -> None:
    assert "external data" in refusal(external(location))


def test_weights_in_another_file_inside_an_attribute_are_refused() -> None:
    tensor = external("weights.data").graph.initializer[0]
    assert "external data" in refusal(plain(helper.make_node("Constant", [], ["c"], value=tensor)))


def test_operators_of_other_domains_are_refused() -> None:
    reader = helper.make_node(
        "EPContext", [], ["c"], domain="com.microsoft", ep_cache_context="/etc/passwd", embed_mode=0
    )
    assert "'com.microsoft'" in refusal(plain(reader))
    imported = plain()
    imported.opset_import.append(helper.make_opsetid("my\x1b[2Jown", 1))
    assert "domain" in refusal(imported)


def test_graphs_inside_nodes_are_refused() -> None:
    body = helper.make_graph([], "body", [], [])
    assert "a graph inside a node" in refusal(plain(helper.make_node("Loop", ["", ""], ["c"], body=body)))


def test_functions_sparse_tensors_and_training_graphs_are_refused() -> None:
    model = plain()
    model.functions.append(helper.make_function("own", "f", ["a"], ["b"], [], [helper.make_opsetid("", 18)]))
    assert "functions" in refusal(model)
    model = plain()
    model.training_info.add()
    assert "training" in refusal(model)
    model = plain()
    model.graph.sparse_initializer.add()
    assert "sparse" in refusal(model)


def test_a_graph_of_endless_parts_is_refused() -> None:
    model = plain()
    model.graph.initializer[0].int64_data.extend([1])
    data = model.SerializeToString() + b"\x10\x00" * (MAX_FIELDS + 1)  # `producer_name`, as a number
    assert "fields" in refusal(data)


def test_the_runtimes_own_format_is_refused_by_reader_and_runtime(tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry("session.save_model_format", "ORT")
    options.optimized_model_filepath = str(tmp_path / "m.ort")
    onnxruntime.InferenceSession(plain().SerializeToString(), options, providers=["CPUExecutionProvider"])
    data = (tmp_path / "m.ort").read_bytes()
    assert data[4:8] == b"ORTM"
    refusal(data)
    with pytest.raises(BadInput, match="onnxruntime refuses"):
        open_session(data, "test")


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_accepted_or_refused_in_one_line(data: bytes) -> None:
    try:
        check_graph(data, SOURCE)
    except BadInput as error:
        assert str(error).isprintable()  # noqa: PT017 - passing is as well


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_cut_or_altered_model_never_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(plain().SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_graph(bytes(whole[: data.draw(st.integers(0, len(whole)))]), SOURCE)
    except BadInput as error:
        assert str(error).isprintable()  # noqa: PT017
