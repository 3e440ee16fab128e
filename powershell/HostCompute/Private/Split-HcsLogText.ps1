function Split-HcsLogText {
    <#
    .SYNOPSIS
    Pieces of a log, as they were written, as whole lines of each stream; what has no line end comes last.
    .DESCRIPTION
    A piece that is no UTF-8 comes as Base64: a character may begin in one piece and end in the next, so each stream has a decoder.
    #>
    param(
        [Parameter(ValueFromPipeline = $true)] $Piece,
        # Whose log it is.
        [string] $Id,
        # Only this one.
        [string] $Stream
    )

    begin {
        $open = @{}
        $decoders = @{}
    }
    process {
        $from = $Piece.Stream
        if ($Stream -and $from -ne $Stream) { return }
        if (-not $decoders.ContainsKey($from)) { $decoders[$from] = [System.Text.Encoding]::UTF8.GetDecoder() }
        $bytes = if ($Piece.PSObject.Properties['Base64']) {
            [System.Convert]::FromBase64String($Piece.Base64)
        } else {
            [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-HcsText -Value $Piece.Text))
        }
        $characters = New-Object -TypeName 'char[]' -ArgumentList ($bytes.Length + 1)
        $count = $decoders[$from].GetChars($bytes, 0, $bytes.Length, $characters, 0)
        $text = New-Object -TypeName string -ArgumentList $characters, 0, $count
        $time = $Piece.Time
        if ($open.ContainsKey($from)) {
            $text = $open[$from].Text + $text
            $time = $open[$from].Time
            $open.Remove($from)
        }
        $lines = $text -split "`n"
        for ($i = 0; $i -lt $lines.Count - 1; $i++) { New-HcsLogLine -Id $Id -Time $time -Stream $from -Text $lines[$i] }
        if ($lines[-1] -ne '') { $open[$from] = @{ Text = $lines[-1]; Time = $time } }
    }
    end {
        foreach ($from in $open.Keys) { New-HcsLogLine -Id $Id -Time $open[$from].Time -Stream $from -Text $open[$from].Text }
    }
}

function New-HcsLogLine {
    param([string] $Id, $Time, [string] $Stream, [string] $Text)

    $line = [pscustomobject]@{ Time = $Time; Stream = $Stream; Text = $Text.TrimEnd("`r"); Id = $Id }
    $line.PSObject.TypeNames.Insert(0, 'HostCompute.LogLine')
    $line
}
