package io.github.fairnessgate.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a worker says: one JSON object a line on its standard output. The last one is Finished, Unfit or Failed. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = WorkerEvent.Step.class, name = "step"),
    @JsonSubTypes.Type(value = WorkerEvent.Info.class, name = "info"),
    @JsonSubTypes.Type(value = WorkerEvent.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = WorkerEvent.Unfit.class, name = "unfit"),
    @JsonSubTypes.Type(value = WorkerEvent.Failed.class, name = "failed")
})
sealed interface WorkerEvent {

    /** {@code done} of {@code total} units of a task are finished. */
    record Step(String task, long done, long total) implements WorkerEvent {}

    /** A line for the build log. */
    record Info(String message) implements WorkerEvent {}

    /**
     * The request was carried out; its results are files.
     *
     * @param peakMemory the most memory that the process held, in bytes; 0 if the system does not tell
     */
    record Finished(long peakMemory) implements WorkerEvent {}

    /** The recipe cannot be carried out, or the model computes no numbers, as {@code message} says to the user. */
    record Unfit(String message) implements WorkerEvent {}

    /**
     * The request could not be carried out.
     *
     * @param invalidInput whether {@code message} is a sentence for the user, or else an unexpected error
     */
    record Failed(boolean invalidInput, String message) implements WorkerEvent {}
}
