from __future__ import annotations

import importlib.util
import unittest

from base import WorkerTest
from client import rows


def needs(*packages: str) -> object:
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    return unittest.skipIf(missing, f"{', '.join(missing)} not installed")


@needs("pandas", "numpy")
class PandasResults(WorkerTest):
    source = """
        import datetime as dt
        import numpy as np
        import pandas as pd
        def evaluate(text): return eval(text)
        """

    def test_are_plain_json(self) -> None:
        worker = self.worker(self.source)
        cases = {
            "pd.DataFrame({'a': [1, 2], 'b': [1.5, np.nan], 'c': ['x', None]})": [
                {"a": 1, "b": 1.5, "c": "x"},
                {"a": 2, "b": None, "c": None},
            ],
            "pd.DataFrame({'t': pd.to_datetime(['2024-01-02', None])})": [{"t": "2024-01-02T00:00:00"}, {"t": None}],
            "pd.DataFrame({'o': [{'n': [np.int64(1)]}]})": [{"o": {"n": [1]}}],
            "pd.DataFrame()": [],
            "pd.DataFrame({1: [2]})": [{"1": 2}],
            "pd.Series([1, 2])": [1, 2],
            "pd.Series(pd.array([1, None], dtype='Int64'))": [1, None],
            "pd.Index(['a'])": ["a"],
            "pd.Categorical(['a', 'b'])": ["a", "b"],
            "[pd.NaT, pd.NA, pd.Timestamp('2024-01-02'), pd.Timedelta(days=1)]": [
                None,
                None,
                "2024-01-02T00:00:00",
                "P1DT0H0M0S",
            ],
            "pd.Timestamp('2024-01-02', tz='UTC')": "2024-01-02T00:00:00+00:00",
            "np.array([[1, 2], [3, 4]])": [[1, 2], [3, 4]],
            "np.array([1.5, np.nan])": [1.5, None],
            "np.array(['2024-01-02', 'NaT'], dtype='datetime64[ns]')": ["2024-01-02T00:00:00", None],
            "[np.int64(5), np.float64(1.5), np.float32(0.5), np.bool_(True), np.str_('s')]": [5, 1.5, 0.5, True, "s"],
            "np.float64('nan')": None,
            "np.ma.masked_array([1, 2], mask=[False, True])": [1, None],
            "[np.datetime64('2024-01-02T03:04:05'), np.timedelta64(1, 'D')]": ["2024-01-02T03:04:05", "P1DT0H0M0S"],
            "{np.int64(1): 1}": {"1": 1},
        }
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(worker.call("evaluate", {"text": text}), expected)

    def test_of_many_rows_come_in_parts(self) -> None:
        worker = self.worker(self.source)
        call = worker.begin_call("evaluate", {"text": "pd.DataFrame({'a': range(50000), 'b': 'some text'})"})
        self.assertEqual(len(call.value()), 50_000)
        self.assertGreater(len(call.parts), 2)


@needs("pandas", "numpy")
class PandasRows(WorkerTest):
    def test_hold_timestamps_arrays_and_timedeltas(self) -> None:
        worker = self.worker(
            """
            from mxcp.runtime import db
            def f():
                row = db.execute("x")[0]
                kind = type(row["m"]).__name__
                row["m"] = [kind, row["m"].tolist()]
                return {name: [type(value).__name__, repr(value)] for name, value in row.items()}
            """
        )
        columns = [
            ("d", "DATE"),
            ("t", "TIMESTAMP"),
            ("i", "INTERVAL"),
            ("l", {"name": "LIST", "items": {"name": "INTEGER"}}),
            ("m", {"name": "LIST", "items": {"name": "INTEGER"}}),
            ("s", {"name": "LIST", "items": {"name": "VARCHAR"}}),
            ("none", "DATE"),
            ("old", "DATE"),
            ("struct", {"name": "STRUCT", "fields": [["d", {"name": "DATE"}]]}),
        ]
        row = [19724, 1704164645500000, [1, 2, 0], [1, 2], [1, None], ["a", None], None, -171664, [19724]]
        worker.serve("db_execute", lambda _: rows(columns, [row]))
        self.assertEqual(
            worker.call("f"),
            {
                "d": ["Timestamp", "Timestamp('2024-01-02 00:00:00')"],
                "t": ["Timestamp", "Timestamp('2024-01-02 03:04:05.500000')"],
                "i": ["Timedelta", "Timedelta('32 days 00:00:00')"],
                "l": ["ndarray", "array([1, 2], dtype=int32)"],
                "m": [
                    "list",
                    "['MaskedArray', [1, None]]",
                ],
                "s": ["ndarray", "array(['a', None], dtype=object)"],
                "none": ["NoneType", "None"],
                "old": ["Timestamp", "Timestamp('1500-01-01 00:00:00')"],
                "struct": ["dict", "{'d': datetime.date(2024, 1, 2)}"],
            },
        )

    def test_accept_their_values_as_parameters(self) -> None:
        worker = self.worker(
            """
            import numpy as np, pandas as pd
            from mxcp.runtime import db
            def f(): return db.execute("x", [np.int64(1), np.array([1, 2]), pd.NaT, pd.Timestamp("2024-01-02")])
            """
        )
        worker.serve("db_execute", lambda _: [{"type": "result"}])
        worker.call("f")
        self.assertEqual(
            worker.noticed("db_execute")[0]["params"], [1, [1, 2], None, {"$datetime": "2024-01-02T00:00:00"}]
        )


@needs("pydantic")
class PydanticResults(WorkerTest):
    def test_are_objects(self) -> None:
        worker = self.worker(
            """
            import datetime as dt
            from decimal import Decimal
            from pydantic import BaseModel
            class Inner(BaseModel):
                price: Decimal
            class Model(BaseModel):
                day: dt.date
                inner: list[Inner]
            def f(): return Model(day="2024-01-02", inner=[Inner(price="1.10")])
            def g(): return [Inner(price="1")]
            """
        )
        self.assertEqual(worker.call("f"), {"day": "2024-01-02", "inner": [{"price": 1.1}]})
        self.assertEqual(worker.call("g"), [{"price": 1}])


@needs("duckdb")
class DuckdbErrors(WorkerTest):
    def test_are_of_the_classes_of_the_package(self) -> None:
        worker = self.worker(
            """
            import duckdb
            from mxcp.runtime import db
            def f():
                try:
                    db.execute("x")
                except duckdb.BinderException as error:
                    return str(error)
            """
        )
        answer = {"type": "error", "error": {"class": "BinderException", "text": "Binder Error: no", "kind": "raised"}}
        worker.serve("db_execute", lambda _: [answer])
        self.assertEqual(worker.call("f"), "Binder Error: no")


if __name__ == "__main__":
    unittest.main()
