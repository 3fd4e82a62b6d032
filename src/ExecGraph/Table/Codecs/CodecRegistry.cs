namespace ExecGraph.Table;

/// <summary>Which types can be kept: those that everybody knows, and those that the user has registered a codec for. Immutable.</summary>
internal sealed class CodecRegistry(IReadOnlyDictionary<Type, object> registered)
{
    private static readonly Dictionary<Type, object> BuiltIn = CreateBuiltIn();

    internal static CodecRegistry Empty { get; } = new(new Dictionary<Type, object>());

    /// <summary>The codec of a type; null if there is none. What the user registered comes first.</summary>
    internal ColumnCodec<T>? Find<T>() =>
        registered.TryGetValue(typeof(T), out object? codec) || BuiltIn.TryGetValue(typeof(T), out codec) ? (ColumnCodec<T>)codec
        : typeof(T).IsEnum ? new RawCodec<T>()
        : null;

    private static Dictionary<Type, object> CreateBuiltIn()
    {
        var codecs = new Dictionary<Type, object>();
        AddRaw<sbyte>();
        AddRaw<byte>();
        AddRaw<short>();
        AddRaw<ushort>();
        AddRaw<int>();
        AddRaw<uint>();
        AddRaw<long>();
        AddRaw<ulong>();
        AddRaw<Int128>();
        AddRaw<UInt128>();
        AddRaw<Half>();
        AddRaw<float>();
        AddRaw<double>();
        AddRaw<char>();
        AddRaw<Guid>();
        AddStruct(new ConvertedCodec<bool, byte>(value => value ? (byte)1 : (byte)0, raw => raw switch { 0 => false, 1 => true, _ => throw new FormatException($"{raw} is no boolean.") }));
        AddStruct(new ConvertedCodec<decimal, (int, int, int, int)>(
            value => decimal.GetBits(value) is var bits ? (bits[0], bits[1], bits[2], bits[3]) : default, raw => new decimal([raw.Item1, raw.Item2, raw.Item3, raw.Item4])));
        AddStruct(new ConvertedCodec<TimeSpan, long>(value => value.Ticks, raw => new TimeSpan(raw)));
        AddStruct(new ConvertedCodec<DateTime, (long Ticks, long Kind)>(
            value => (value.Ticks, (long)value.Kind),
            raw => new DateTime(raw.Ticks, raw.Kind is >= 0 and <= 2 ? (DateTimeKind)raw.Kind : throw new FormatException($"{raw.Kind} is no kind of time."))));
        AddStruct(new ConvertedCodec<DateTimeOffset, (long Ticks, long Offset)>(value => (value.Ticks, value.Offset.Ticks), raw => new DateTimeOffset(raw.Ticks, new TimeSpan(raw.Offset))));
        AddStruct(new ConvertedCodec<DateOnly, int>(value => value.DayNumber, DateOnly.FromDayNumber));
        AddStruct(new ConvertedCodec<TimeOnly, long>(value => value.Ticks, raw => new TimeOnly(raw)));
        Add(new StringCodec());
        return codecs;

        void AddRaw<T>()
            where T : struct => AddStruct(new RawCodec<T>());

        void AddStruct<T>(ColumnCodec<T> codec)
            where T : struct
        {
            Add(codec);
            Add(new NullableCodec<T>(codec));
        }

        void Add<T>(ColumnCodec<T> codec)
        {
            codecs.Add(typeof(T), codec);
            codecs.Add(typeof(T[]), new ArrayCodec<T>(codec));
        }
    }
}
