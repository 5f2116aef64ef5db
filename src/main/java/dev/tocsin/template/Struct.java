package dev.tocsin.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value with fields and methods of its own, which a template reaches by {@code .Name}. */
public interface Struct {
    /**
     * @param arguments of a method call; empty for a field
     * @return null where there is no such field or method
     */
    @Nullable
    Object member(String name, List<Object> arguments) throws FunctionException;

    /** As Go would name the type, in error messages. */
    String typeName();

    /** As Go's {@code %v} prints it. */
    @Override
    String toString();
}
