# Compiled from assets_pa.ksy, SHA-256 2acb97b91fc8ac19c9a5cbb96bdb9e39240e790ae9349fe9e9ef024010a68b82
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class AssetsPa(KaitaiStruct):
    """The parts of a pack, and the content of its slices.
    A pack that this description reads may still be invalid: it checks no checksum and no JSON.
    To read a slice, make its type `…_slice` with the numbers in its entry of `header`.
    
    .. seealso::
       container.md
    """
    def __init__(self, _io, _parent=None, _root=None):
        super(AssetsPa, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._read()

    def _read(self):
        self.prelude = AssetsPa.Prelude(self._io, self, self._root)
        self.header = self._io.read_bytes(self.prelude.header_len)
        self.padding = []
        for i in range(self.prelude.payload_offset - self._io.pos()):
            self.padding.append(self._io.read_u1())
            if not self.padding[i] == 0:
                raise kaitaistruct.ValidationNotEqualError(0, self.padding[i], self._io, u"/seq/2")



    def _fetch_instances(self):
        pass
        self.prelude._fetch_instances()
        for i in range(len(self.padding)):
            pass

        _ = self.payload
        if hasattr(self, '_m_payload'):
            pass


    class Prelude(KaitaiStruct):
        """
        .. seealso::
           prelude.md
        """
        def __init__(self, _io, _parent=None, _root=None):
            super(AssetsPa.Prelude, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._read()

        def _read(self):
            self.magic = self._io.read_bytes(4)
            if not self.magic == b"\x41\x53\x50\x41":
                raise kaitaistruct.ValidationNotEqualError(b"\x41\x53\x50\x41", self.magic, self._io, u"/types/prelude/seq/0")
            self.schema_version = self._io.read_u4le()
            if not self.schema_version == 1:
                raise kaitaistruct.ValidationNotEqualError(1, self.schema_version, self._io, u"/types/prelude/seq/1")
            self.header_len = self._io.read_u4le()
            if not self.header_len >= 1:
                raise kaitaistruct.ValidationLessThanError(1, self.header_len, self._io, u"/types/prelude/seq/2")
            if not self.header_len <= 16777216:
                raise kaitaistruct.ValidationGreaterThanError(16777216, self.header_len, self._io, u"/types/prelude/seq/2")
            self.payload_offset = self._io.read_u4le()
            if not self.payload_offset == (((32 + self.header_len) + 15) // 16) * 16:
                raise kaitaistruct.ValidationNotEqualError((((32 + self.header_len) + 15) // 16) * 16, self.payload_offset, self._io, u"/types/prelude/seq/3")
            self.flags = self._io.read_u4le()
            if not self.flags == 0:
                raise kaitaistruct.ValidationNotEqualError(0, self.flags, self._io, u"/types/prelude/seq/4")
            self.reserved = self._io.read_bytes(8)
            if not self.reserved == b"\x00\x00\x00\x00\x00\x00\x00\x00":
                raise kaitaistruct.ValidationNotEqualError(b"\x00\x00\x00\x00\x00\x00\x00\x00", self.reserved, self._io, u"/types/prelude/seq/5")
            self.header_checksum = self._io.read_u4le()


        def _fetch_instances(self):
            pass


    class S2leRun(KaitaiStruct):
        def __init__(self, length, _io, _parent=None, _root=None):
            super(AssetsPa.S2leRun, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.length = length
            self._read()

        def _read(self):
            self.values = []
            for i in range(self.length // 2):
                self.values.append(self._io.read_s2le())



        def _fetch_instances(self):
            pass
            for i in range(len(self.values)):
                pass



    class Sounds(KaitaiStruct):
        """numbered sounds, 16-bit mono.
        
        .. seealso::
           banks.md#sounds
        """
        def __init__(self, samples_lengths, _io, _parent=None, _root=None):
            super(AssetsPa.Sounds, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.samples_lengths = samples_lengths
            self._read()

        def _read(self):
            self.samples = []
            for i in range(len(self.samples_lengths)):
                self.samples.append(AssetsPa.S2leRun(self.samples_lengths[i], self._io, self, self._root))



        def _fetch_instances(self):
            pass
            for i in range(len(self.samples)):
                pass
                self.samples[i]._fetch_instances()



    class SoundsSlice(KaitaiStruct):
        def __init__(self, offset, size, samples_lengths, _io, _parent=None, _root=None):
            super(AssetsPa.SoundsSlice, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.offset = offset
            self.size = size
            self.samples_lengths = samples_lengths
            self._read()

        def _read(self):
            pass


        def _fetch_instances(self):
            pass
            _ = self.bank
            if hasattr(self, '_m_bank'):
                pass
                self._m_bank._fetch_instances()


        @property
        def bank(self):
            if hasattr(self, '_m_bank'):
                return self._m_bank

            _pos = self._io.pos()
            self._io.seek(self._root.prelude.payload_offset + self.offset)
            self._raw__m_bank = self._io.read_bytes(self.size)
            _io__raw__m_bank = KaitaiStream(BytesIO(self._raw__m_bank))
            self._m_bank = AssetsPa.Sounds(self.samples_lengths, _io__raw__m_bank, self, self._root)
            self._io.seek(_pos)
            return getattr(self, '_m_bank', None)


    class Tiles(KaitaiStruct):
        """one sheet of indexed tiles and its palettes.
        
        .. seealso::
           banks.md#tiles
        """
        def __init__(self, width, height, palette_count, _io, _parent=None, _root=None):
            super(AssetsPa.Tiles, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.width = width
            self.height = height
            self.palette_count = palette_count
            self._read()

        def _read(self):
            self.indices = []
            for i in range(self.width * self.height):
                self.indices.append(self._io.read_bits_int_be(4))

            self.palettes = []
            for i in range(self.palette_count * 16):
                self.palettes.append(self._io.read_u2le())



        def _fetch_instances(self):
            pass
            for i in range(len(self.indices)):
                pass

            for i in range(len(self.palettes)):
                pass



    class TilesSlice(KaitaiStruct):
        def __init__(self, offset, size, width, height, palette_count, _io, _parent=None, _root=None):
            super(AssetsPa.TilesSlice, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.offset = offset
            self.size = size
            self.width = width
            self.height = height
            self.palette_count = palette_count
            self._read()

        def _read(self):
            pass


        def _fetch_instances(self):
            pass
            _ = self.bank
            if hasattr(self, '_m_bank'):
                pass
                self._m_bank._fetch_instances()


        @property
        def bank(self):
            if hasattr(self, '_m_bank'):
                return self._m_bank

            _pos = self._io.pos()
            self._io.seek(self._root.prelude.payload_offset + self.offset)
            self._raw__m_bank = self._io.read_bytes(self.size)
            _io__raw__m_bank = KaitaiStream(BytesIO(self._raw__m_bank))
            self._m_bank = AssetsPa.Tiles(self.width, self.height, self.palette_count, _io__raw__m_bank, self, self._root)
            self._io.seek(_pos)
            return getattr(self, '_m_bank', None)


    @property
    def payload(self):
        """The slices, in the order of the table."""
        if hasattr(self, '_m_payload'):
            return self._m_payload

        _pos = self._io.pos()
        self._io.seek(self.prelude.payload_offset)
        self._m_payload = self._io.read_bytes_full()
        self._io.seek(_pos)
        return getattr(self, '_m_payload', None)


