package dev.tocsin.template;

import java.util.AbstractList;
import java.util.List;

/** A list with methods of its own. Immutable. */
public abstract class ListStruct<T> extends AbstractList<T> implements Struct {
    private final List<T> items;
    private final String typeName;

    /** @param typeName as Go would name the type */
    protected ListStruct(List<T> items, String typeName) {
        this.items = List.copyOf(items);
        this.typeName = typeName;
    }

    @Override
    public T get(int i) {
        return items.get(i);
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public String typeName() {
        return typeName;
    }

    @Override
    public String toString() {
        return GoFormat.value(items);
    }
}
