function Split-HcsLogText {
    <#
    .SYNOPSIS
    Pieces of a log, as they were written, as whole lines of each stream; what has no line end comes last.
    .DESCRIPTION
    A piece that is no UTF-8 comes as Base64: a character may begin in one piece and end in the next, so each stream has a decoder.
    #>
    param([Parameter(ValueFromPipeline = $true)] $Piece)

    begin {
        $open = @{}
        $decoders = @{}
    }
    process {
        $stream = $Piece.Stream
        if (-not $decoders.ContainsKey($stream)) { $decoders[$stream] = [System.Text.Encoding]::UTF8.GetDecoder() }
        $bytes = if ($Piece.PSObject.Properties['Base64']) {
            [System.Convert]::FromBase64String($Piece.Base64)
        } else {
            [System.Text.Encoding]::UTF8.GetBytes([string] $Piece.Text)
        }
        $characters = New-Object -TypeName 'char[]' -ArgumentList ($bytes.Length + 1)
        $count = $decoders[$stream].GetChars($bytes, 0, $bytes.Length, $characters, 0)
        $text = New-Object -TypeName string -ArgumentList $characters, 0, $count
        $time = $Piece.Time
        if ($open.ContainsKey($stream)) {
            $text = $open[$stream].Text + $text
            $time = $open[$stream].Time
            $open.Remove($stream)
        }
        $lines = $text -split "`n"
        for ($i = 0; $i -lt $lines.Count - 1; $i++) { New-HcsLogLine -Time $time -Stream $stream -Text $lines[$i] }
        if ($lines[-1] -ne '') { $open[$stream] = @{ Text = $lines[-1]; Time = $time } }
    }
    end {
        foreach ($stream in $open.Keys) { New-HcsLogLine -Time $open[$stream].Time -Stream $stream -Text $open[$stream].Text }
    }
}

function New-HcsLogLine {
    param($Time, [string] $Stream, [string] $Text)

    $line = [pscustomobject]@{ Time = $Time; Stream = $Stream; Text = $Text.TrimEnd("`r") }
    $line.PSObject.TypeNames.Insert(0, 'HostCompute.LogLine')
    $line
}
