"""JSON Patch: the examples of RFC 6902's appendix A, and laws that hold for every document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.server.messages import Refusal
from conformance.server.patching import patched, same
from conformance.server.wire import clone

RFC = {
    "A.1 adding an object member": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux"}],
        {"baz": "qux", "foo": "bar"},
    ),
    "A.2 adding an array element": (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    "A.3 removing an object member": (
        {"baz": "qux", "foo": "bar"},
        [{"op": "remove", "path": "/baz"}],
        {"foo": "bar"},
    ),
    "A.4 removing an array element": (
        {"foo": ["bar", "qux", "baz"]},
        [{"op": "remove", "path": "/foo/1"}],
        {"foo": ["bar", "baz"]},
    ),
    "A.5 replacing a value": (
        {"baz": "qux", "foo": "bar"},
        [{"op": "replace", "path": "/baz", "value": "boo"}],
        {"baz": "boo", "foo": "bar"},
    ),
    "A.6 moving a value": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "A.7 moving an array element": (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "A.8 testing a value: success": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "A.10 adding a nested member object": (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    "A.11 ignoring unrecognized elements": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
        {"foo": "bar", "baz": "qux"},
    ),
    "A.14 escape ordering": (
        {"/": 9, "~1": 10},
        [{"op": "test", "path": "/~01", "value": 10}],
        {"/": 9, "~1": 10},
    ),
    "A.16 adding an array value": (
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
        {"foo": ["bar", ["abc", "def"]]},
    ),
    "4.1 replacing the whole document": ({"a": 1}, [{"op": "add", "path": "", "value": [1]}], [1]),
    "4.5 copying": ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
}
REFUSED = {
    "A.9 testing a value: error": ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], 422),
    "A.12 adding to a nonexistent target": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz/bat", "value": "qux"}],
        422,
    ),
    "A.15 comparing strings and numbers": (
        {"/": 9, "~1": 10},
        [{"op": "test", "path": "/~01", "value": "10"}],
        422,
    ),
    "an index behind the end": ({"a": [1]}, [{"op": "add", "path": "/a/3", "value": 1}], 422),
    "an index with a leading zero": ({"a": [1, 2]}, [{"op": "remove", "path": "/a/01"}], 422),
    "a move into itself": ({"a": {"b": 1}}, [{"op": "move", "from": "/a", "path": "/a/b"}], 422),
    "a pointer without a slash": ({"a": 1}, [{"op": "remove", "path": "a"}], 400),
    "a missing value": ({"a": 1}, [{"op": "add", "path": "/b"}], 400),
    "true is not 1": ({"a": 1}, [{"op": "test", "path": "/a", "value": True}], 422),
}


@pytest.mark.parametrize("name", RFC)
def test_the_examples_of_the_standard_hold(name):
    document, operations, expected = RFC[name]
    before = clone(document)
    assert patched(document, operations) == expected
    assert document == before


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused(name):
    document, operations, status = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        patched(document, operations)
    assert refused.value.status == status


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def pointers(value, path=""):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")


@given(document=values, data=st.data())
def test_every_value_is_equal_to_itself_where_it_stands(document, data):
    pointer = data.draw(st.sampled_from(list(pointers(document))))
    copied = patched({"in": document}, [{"op": "copy", "from": f"/in{pointer}", "path": "/out"}])["out"]
    test = [{"op": "test", "path": f"/in{pointer}", "value": copied}]
    assert same(patched({"in": document}, test), {"in": document})


@given(document=values, new=values)
def test_adding_and_removing_a_member_leaves_the_document_as_it_was(document, new):
    operations = [{"op": "add", "path": "/new", "value": new}, {"op": "remove", "path": "/new"}]
    assert same(patched({"in": document}, operations), {"in": document})


@given(items=st.lists(values, min_size=1, max_size=5), data=st.data())
def test_moving_an_array_item_there_and_back_changes_nothing(items, data):
    index = st.integers(min_value=0, max_value=len(items) - 1)
    here, there = data.draw(index), data.draw(index)
    moves = [
        {"op": "move", "from": f"/{here}", "path": f"/{there}"},
        {"op": "move", "from": f"/{there}", "path": f"/{here}"},
    ]
    assert same(patched(items, moves), items)
