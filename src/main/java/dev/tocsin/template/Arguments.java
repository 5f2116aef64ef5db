package dev.tocsin.template;

import java.util.List;

/** The arguments of one function call; the value piped in is the last. */
public record Arguments(String function, List<Object> values) {
    public int size() {
        return values.size();
    }

    public Object get(int i) {
        return values.get(i);
    }

    /** Refuses any other number of arguments than this. */
    public void count(int expected) throws FunctionException {
        if (values.size() != expected) {
            throw wrongCount(Integer.toString(expected));
        }
    }

    public void atLeast(int expected) throws FunctionException {
        if (values.size() < expected) {
            throw wrongCount("at least " + expected);
        }
    }

    private FunctionException wrongCount(String expected) {
        return new FunctionException("wrong number of args for " + function + ": want " + expected + " got " + size());
    }

    public String string(int i) throws FunctionException {
        return expect(i, String.class, "string");
    }

    public <T> T expect(int i, Class<T> type, String typeName) throws FunctionException {
        Object value = values.get(i);
        if (!type.isInstance(value)) {
            throw new FunctionException(
                    "wrong type for value; expected " + typeName + "; got " + Values.typeName(value));
        }
        return type.cast(value);
    }

    /** A number, or the text of one. */
    public double number(int i) throws FunctionException {
        return switch (values.get(i)) {
            case Double d -> d;
            case Long n -> n.doubleValue();
            case String text -> Values.parseDouble(text);
            case Object other -> throw new FunctionException("can't convert " + Values.typeName(other) + " to float");
        };
    }
}
