"""What a played engine says of trainings and of the library."""

from __future__ import annotations

import msgspec

from hybrid_tui.engine import messages

CODES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")
STEPS = 500


def model_name(sampler: str) -> str:
    return f"my-me5-small-head-{sampler}"


def plan(wanted: messages.TrainingSpec, taken: str = "") -> messages.TrainingPlan:
    if wanted.backbone == "no-such":
        return messages.TrainingPlan(problems={"backbone": "no model named 'no-such': did you mean use-m3?"})
    steps = wanted.steps or STEPS
    return messages.TrainingPlan(
        models=tuple(
            messages.PlannedModel(model_name(each), each, steps, 27, taken) for each in wanted.samplers
        ),
        facts=(
            ("tuning", "head"),
            ("trained on", f"84 items, 924 rows, 11 languages: {' '.join(CODES)}"),
            ("validated on", "6 items, 66 rows, every 100 steps"),
            ("steps", f"{steps} of 27 rows, 161 epochs"),
            ("learning rate", "0.001, temperature 0.05"),
            ("takes about", "3 s"),
        ),
    )


def model(sampler: str, state: str, step: int) -> messages.ModelTraining:
    """Losses fall; a mono step has pairs of a language with itself only."""
    pairs = {
        f"{one}>{other}": step * (1 + at + to) // 10
        for at, one in enumerate(CODES)
        for to, other in enumerate(CODES)
        if {"mono": one == other, "cross": one != other}.get(sampler, True)
    }
    return messages.ModelTraining(
        name=model_name(sampler),
        sampler=sampler,
        alpha=0.5,
        steps=STEPS,
        rows=27,
        state=state,
        step=step,
        losses=tuple((at, 1.2 * 0.995**at + (at % 7) / 40) for at in range(5, step + 1, 5)),
        validations=tuple((at, 1.3 * 0.995**at) for at in range(100, step + 1, 100)),
        mode="mono" if sampler == "mono" else "cross",
        pairs=pairs if step else {},
        rate=2713.0 if step else 0.0,
        seconds=step / 100,
    )


def training(state: str, *models: messages.ModelTraining, **more: str | float) -> messages.Training:
    return messages.Training(
        name=models[0].name,
        title="me5-small, head, mono cross hybrid, on starter",
        state=state,
        models=models,
        **more,
    )


STARTS = training("starts", *(model(each, "waits", 0) for each in ("mono", "cross", "hybrid")))
RUNS = training(
    "runs", model("mono", "kept", 500), model("cross", "runs", 240), model("hybrid", "waits", 0), left=7.0
)
STOPPED = training(
    "stopped", model("mono", "kept", 500), model("cross", "stopped", 240), model("hybrid", "waits", 0)
)
FAILED = training(
    "failed",
    model("mono", "stopped", 6),
    problem="the loss of step 7 is no number: training has come apart [/x]",
    hint="lower --lr",
)
ENDED = training("ended", *(model(each, "kept", 500) for each in ("mono", "cross", "hybrid")))


def job_of(training: messages.Training) -> messages.Job:
    """Return a training as it stands in the list of jobs."""
    done, total = sum(each.step for each in training.models), sum(each.steps for each in training.models)
    return messages.Job(
        "training",
        training.name,
        training.title,
        training.state,
        "training",
        done,
        total,
        training.left,
        training.problem,
        training.hint,
        number=1,
        steps=1,
    )


EVALUATES = messages.Job(
    "evaluation",
    "use-m3-on-xquad-r",
    "use-m3 on xquad-r",
    "runs",
    "encoding passages",
    4424,
    13014,
    302.0,
    number=2,
    steps=3,
)

LIBRARY = messages.Library(
    models=(
        messages.KnownModel("me5-small", "me5-small", "", "untrained", 119_000_000, evaluations=2),
        messages.KnownModel("use-m3", "use-m3", "", "untrained", 80_000_000),
        messages.KnownModel("me5-hybrid", "me5-small", "lora", "hybrid", 5_300_000),
        messages.KnownModel("mine", "me5-small", "head", "mono", 590_000, own=True),
        messages.KnownModel("labse", "labse", "", "untrained", 0, note="download of 1,884 MB"),
    ),
    collections=(
        messages.KnownCollection("starter", CODES, 120, 1320, 1320, evaluations=2),
        messages.KnownCollection("my-pairs", ("de", "en"), 30, 60, 60, own=True),
        messages.KnownCollection("torn", (), 0, 0, 0, own=True, problem="queries.parquet: gone"),
    ),
)


def answer(request: messages.Request, taken: str) -> messages.Reply | None:
    """Return the last reply to a request; None where the test says it."""
    match request:
        case messages.PlanTraining():
            reply: messages.Reply = plan(request.wanted, taken)
        case messages.StartTraining():
            reply = messages.JobStarted(job=model_name(request.wanted.samplers[0]))
        case messages.ResumeJob():
            reply = messages.JobStarted(job=request.job)
        case messages.StartEvaluation():
            reply = messages.JobStarted(job=f"{','.join(request.systems)}-on-{request.data}")
        case messages.ListLibrary():
            reply = LIBRARY
        case messages.Describe():
            facts = (("name", request.name), ("kind", request.kind), ("settings", "alpha = 0.5\nloss = [/x]"))
            reply = messages.Description(facts=facts)
        case messages.Add():
            reply = messages.Added(name=request.name or "mine", new=True)
        case messages.StopJob() | messages.Remove():
            reply = messages.Done()
        case _:
            return None
    return msgspec.structs.replace(reply, id=request.id)
