"""Options that several commands share: their types, ranges and words of help."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

ProjectFolder = Annotated[
    Path,
    Parameter(
        name="--project",
        help="The project's folder; “demo” is the demo project, unless there is a folder “demo”.",
    ),
]
RunName = Annotated[str, Parameter(name="--run", help="Name of a run of the project.")]
AsJson = Annotated[
    bool,
    Parameter(name="--json", negative="", help="Print one JSON object on standard output."),
]
OutFolder = Annotated[
    Path, Parameter(name="--out", help="Folder to write into; made where it is missing.")
]
Count = Annotated[int, Parameter(validator=Number(gte=1, lte=1_000_000))]
Seed = Annotated[
    int,
    Parameter(
        validator=Number(gte=0, lt=2**32),
        help="The same seed gives the same again.",
        show_default=True,
    ),
]
TestShare = Annotated[
    float,
    Parameter(
        validator=Number(gte=0, lte=1),
        help="Share of the chairs that goes to the test side, by their content.",
        show_default=True,
    ),
]
NewPoints = Annotated[
    int | None,
    Parameter(
        validator=Number(gte=16, lte=1_000_000),
        help="Points of a cloud, for a project that is new; 5000 where not given.",
    ),
]
UpAxis = Literal["auto", "x", "y", "z"]
Up = Annotated[UpAxis, Parameter(help="The axis of the files that points up.", show_default=True)]
CloudFormat = Literal["ply", "obj", "off", "xyz", "pts", "pcd", "npy", "npz"]
Format = Annotated[
    CloudFormat, Parameter(name="--format", help="Format of the files.", show_default=True)
]
